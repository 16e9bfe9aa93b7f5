import type { Check } from '../../model/check.ts'
import { stopBackground } from '../../observe/background.ts'
import { watchCluster } from './watch-cluster.ts'

const evidence = 'eviction-guard'

/** Stores evidence `eviction-guard`: what became of ready sets, Nodes and pods from the baseline to the end of the eviction window. */
export const collectGuard: NonNullable<Check['collect']> = {
  async baseline(context) {
    context.background.set(evidence, await watchCluster(context))
  },
  settled: (context) =>
    context.evidence.once(evidence, async () => stopBackground(context, evidence, 'the cluster was not watched')),
}
