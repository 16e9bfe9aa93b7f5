import { leavesClusterWhole } from '../model/scenario.ts'
import type { DrillEnvironment, MadeCluster } from './environment-port.ts'

export interface SharedCluster {
  readonly ports: DrillEnvironment
  /** The cluster that the next drill takes over; undefined where it makes one. */
  waiting(): string | undefined
  /** Deletes a cluster that no drill has taken over. Nothing happens where there is none. */
  release(): Promise<void>
}

/**
 * Lets drills run one after another on one cluster. A drill that passes, and whose scenario leaves the cluster whole, hands it on;
 * after any other the cluster is deleted as ever, and the next drill makes a new one.
 * @param isLast whether no drill follows the one that runs
 */
export function shareCluster(ports: DrillEnvironment, isLast: () => boolean): SharedCluster {
  let inUse: MadeCluster | undefined
  let waiting: MadeCluster | undefined
  const shared: DrillEnvironment = {
    ...ports,
    // Nothing is created, and the memory is in use by the very cluster.
    preflight: (plan) => (waiting ? Promise.resolve() : ports.preflight(plan)),
    async createCluster(plan, journal, signal) {
      const before = waiting
      waiting = undefined
      const cluster = before
        ? await ports.takeOverCluster(before, plan, journal, signal)
        : await ports.createCluster(plan, journal, signal)
      inUse = { plan, cluster }
      return cluster
    },
    handsOn(plan) {
      if (isLast() || plan.planOnly || !leavesClusterWhole(plan.scenario)) return false
      waiting = inUse
      return waiting !== undefined
    },
  }
  return {
    ports: shared,
    waiting: () => waiting?.plan.clusterName,
    async release() {
      const left = waiting
      waiting = undefined
      if (left) await ports.deleteCluster(left.plan)
    },
  }
}
