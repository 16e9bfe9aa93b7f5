import type { Cluster, Machine } from '../model/cluster.ts'
import type { Loss } from '../model/scenario.ts'

/** Every machine of a role. */
export type Role = 'control-planes' | 'workers'

/** Which machines lose something: those of a role, or one control plane, counted from 1 or the last. */
export type Selection = Role | 'last-control-plane' | { readonly controlPlane: number }

/** The machines of a selection. */
export function machinesOn({ controlPlanes, workers }: Cluster, on: Selection): readonly Machine[] {
  if (typeof on === 'object') return controlPlanes.slice(on.controlPlane - 1, on.controlPlane)
  if (on === 'last-control-plane') return controlPlanes.slice(-1)
  return on === 'control-planes' ? controlPlanes : workers
}

/** For titles: `every control plane`, `control plane 2`, `the last control plane`, `every worker`. */
export function everyMachine(on: Selection): string {
  if (typeof on === 'object') return `control plane ${on.controlPlane}`
  if (on === 'last-control-plane') return 'the last control plane'
  return on === 'workers' ? 'every worker' : 'every control plane'
}

/** For a loss on one control plane, counted from 1, that the others must outlive. `reason`: why it takes three. */
export const oneOfThree =
  (controlPlane: number, reason: string): Loss['supports'] =>
  ({ controlPlanes }) => {
    if (controlPlanes < 3) return { ok: false, reason }
    return controlPlane > controlPlanes
      ? { ok: false, reason: `there is no control plane ${controlPlane}` }
      : { ok: true }
  }
