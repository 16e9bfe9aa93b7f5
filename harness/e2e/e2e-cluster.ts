import { join } from 'node:path'
import { inject } from 'vitest'
import { apiAccess } from '../cluster/api-access.ts'
import { clusterOf } from '../cluster/create-cluster.ts'
import { machinesOf } from '../cluster/machines.ts'
import { ClusterError } from '../model/errors.ts'
import type { DrillContext } from '../model/context.ts'
import type { Machine } from '../model/cluster.ts'
import { openJournal } from '../store/journal.ts'
import { evidenceStore } from '../store/run-directory.ts'
import { topology } from './provided-cluster.ts'

/** The cluster of the cluster tests as one of their files sees it. */
export interface E2eCluster {
  /** As faults and probes of a drill know it. */
  readonly context: DrillContext
  readonly first: Machine
  readonly second: Machine
  readonly worker: Machine
  readonly controlPlanes: readonly [Machine, Machine]
  readonly machines: readonly Machine[]
}

/** Longer than any file of the tests needs. */
const patienceMs = 15 * 60_000

export async function e2eCluster(): Promise<E2eCluster> {
  const { name, runDir } = inject('e2eCluster')
  const cluster = clusterOf(name, await machinesOf(name), join(runDir, 'kubeconfig'))
  const [first, second] = cluster.controlPlanes
  const [worker] = cluster.workers
  if (!first || !second || !worker) throw new ClusterError(`${name} lacks machines`)
  const context: DrillContext = {
    runDir,
    topology,
    cluster,
    journal: openJournal(join(runDir, 'journal.jsonl')),
    evidence: evidenceStore(runDir),
    signal: AbortSignal.timeout(patienceMs),
    api: () => apiAccess(first),
    secrets: new Map(),
    background: new Map(),
  }
  return { context, first, second, worker, controlPlanes: [first, second], machines: cluster.machines }
}
