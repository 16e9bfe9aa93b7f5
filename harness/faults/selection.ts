import type { Cluster, Machine } from '../model/cluster.ts'

/** Which machines lose something. */
export type Selection = 'control-planes' | 'workers'

/** The machines of a selection. */
export function machinesOn({ controlPlanes, workers }: Cluster, on: Selection): readonly Machine[] {
  return on === 'control-planes' ? controlPlanes : workers
}

/** For titles: `every control plane`, `every worker`. */
export const everyMachine = (on: Selection): string => (on === 'workers' ? 'every worker' : 'every control plane')
