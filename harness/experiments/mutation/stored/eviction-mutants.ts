import { evictionGuardSchema, type EvictionGuard } from '../../../checks/eviction-guard/evidence.ts'
import type { RunView } from '../../../model/run-view.ts'
import { inEvidence } from '../mutant/change.ts'
import type { StoredMutant } from '../mutant/mutant.ts'

const guarded = {
  base: 'good',
  check: 'eviction-guard',
  verdict: 'fail',
  touches: ['evidence/eviction-guard'],
} as const
const edited = (edit: (seen: EvictionGuard, atMs: number) => void) =>
  inEvidence('eviction-guard', evictionGuardSchema, (seen, { record }: RunView) =>
    edit(seen, (record.injectedAtMs ?? 0) + 60_000),
  )

/** What is over again when the cluster is looked at in the end. */
export const evictionMutants: readonly StoredMutant[] = [
  {
    ...guarded,
    id: 'ready-set-shrank-for-one-second',
    title: 'one of two pods was not ready in the endpoints of its Service for 1 s',
    because: /drill\/echo: drill\/echo-a left the ready endpoints for 1\.0 s/,
    change: edited(({ shrunk }, atMs) => {
      shrunk.push({ atMs, service: 'drill/echo', missing: ['drill/echo-a'] })
      shrunk.push({ atMs: atMs + 1000, service: 'drill/echo', missing: [] })
    }),
  },
  {
    ...guarded,
    id: 'restarted-client-not-back',
    title: 'a client that had to be restarted did not come back into the endpoints',
    because: /api-client-once-a left the ready endpoints and did not come back/,
    change: edited(({ shrunk }) => void shrunk.pop()),
  },
  {
    ...guarded,
    id: 'node-tainted-for-one-second',
    title: 'a Node had a NoExecute taint for 1 s',
    because: /worker had the NoExecute taint node\.kubernetes\.io\/unreachable at/,
    change: edited(({ nodes }, atMs) => {
      nodes.push({ atMs, node: 'worker', ready: 'Unknown', noExecute: ['node.kubernetes.io/unreachable'] })
      nodes.push({ atMs: atMs + 1000, node: 'worker', ready: 'True', noExecute: [] })
    }),
  },
  {
    ...guarded,
    id: 'pod-evicted-while-watched',
    title: 'the watch saw that one pod was evicted',
    because: /pod drill\/echo-a: being deleted at/,
    change: edited(({ pods }, atMs) =>
      pods.push({ atMs, pod: 'drill/echo-a', uid: 'uid-echo-a', what: 'being deleted' }),
    ),
  },
  {
    ...guarded,
    id: 'guard-blind-after-the-recovery',
    title: 'nothing was watched for 5 s in the eviction window',
    verdict: 'unknown',
    because: /not watched for 5\.0 s after the recovery/,
    change: edited(({ gaps }, atMs) => gaps.push({ fromMs: atMs, toMs: atMs + 5000 })),
  },
  {
    ...guarded,
    id: 'guard-late',
    title: 'the watch was on again only 15 s after the API was back',
    verdict: 'unknown',
    because: /not watched for 15 s while the API was back/,
    change: edited(({ gaps }) => gaps.push({ fromMs: 110_000, toMs: 125_000 })),
  },
]
