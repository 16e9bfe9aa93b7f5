import type { Cluster, Machine } from '../model/cluster.ts'

/** Every machine of a role. */
export type Role = 'control-planes' | 'workers'

/** Which machines lose something: those of a role, or one control plane, counted from 1. */
export type Selection = Role | { readonly controlPlane: number }

/** The machines of a selection. */
export function machinesOn({ controlPlanes, workers }: Cluster, on: Selection): readonly Machine[] {
  if (typeof on === 'object') return controlPlanes.slice(on.controlPlane - 1, on.controlPlane)
  return on === 'control-planes' ? controlPlanes : workers
}

/** For titles: `every control plane`, `control plane 2`, `every worker`. */
export function everyMachine(on: Selection): string {
  if (typeof on === 'object') return `control plane ${on.controlPlane}`
  return on === 'workers' ? 'every worker' : 'every control plane'
}
