import type { PodIdentity, PodSnapshot } from '../../../observe/pod-snapshot.ts'
import { podSnapshotSchema } from '../../../observe/pod-snapshot.ts'
import { nodeSnapshotSchema } from '../../../observe/node-snapshot.ts'
import { evictionEventsSchema } from '../../../checks/no-eviction/collect.ts'
import type { RunView } from '../../../model/run-view.ts'
import { inEvidence, inSamples, takeOut, theOne } from '../mutant/change.ts'
import type { StoredMutant } from '../mutant/mutant.ts'
import { answeredByAnother, failing, unsampled } from './samples.ts'

const isEcho = ({ name }: Pick<PodIdentity, 'name'>) => name.startsWith('echo-')
const echoIn = ({ pods }: PodSnapshot) => theOne(pods, isEcho, 'pod of the workload')
const lossMs = ({ record }: RunView) => record.injectedAtMs ?? 0
const settled = (edit: (seen: PodSnapshot, run: RunView) => void) => inEvidence('pods-settled', podSnapshotSchema, edit)
const podsSettled = ['evidence/pods-settled']

const undisturbed = { base: 'recorded', check: 'workloads-undisturbed', verdict: 'fail', touches: podsSettled } as const
const downtime = { base: 'recorded', check: 'no-downtime', touches: ['samples/nodeport'] } as const
const eviction = { base: 'recorded', check: 'no-eviction', verdict: 'fail' } as const

/** An event that only an eviction leaves, 20 s after the loss. */
const evictionEvent = (reason: string, component: string, kind: string, message: string) =>
  inEvidence('eviction-events-settled', evictionEventsSchema, (seen, run) => {
    const at = new Date(Date.parse(seen.takenAt) - seen.atMs + lossMs(run) + 20_000).toISOString()
    seen.events.push({ reason, component, kind, message, at, namespace: '', name: 'worker', uid: 'uid of it' })
  })

/** What pods and their clients suffer. */
export const workloadMutants: readonly StoredMutant[] = [
  {
    ...undisturbed,
    id: 'container-restarted-once',
    title: 'one container of the workload was restarted once, in its pod',
    because: /container .* restarted, 1 instead of 0 times/,
    change: settled((seen) => {
      const container = theOne(echoIn(seen).containers, () => true, 'container')
      container.restartCount += 1
      container.startedAt = seen.takenAt
    }),
  },
  {
    ...undisturbed,
    id: 'container-replaced-behind-the-api',
    title: 'the runtime runs another container than before, and the API says nothing of it',
    because: /the runtime no longer runs container/,
    change: settled((seen) => {
      const uid = echoIn(seen).uid
      const containers = seen.runtime.flatMap((node) => node.containers ?? [])
      theOne(containers, ({ podUid }) => podUid === uid, 'container of it').createdAt = seen.takenAt
    }),
  },
  {
    ...undisturbed,
    id: 'pod-with-another-address',
    title: 'a pod came back with another address',
    because: /address 10\.9\.9\.9 instead of/,
    change: settled((seen) => (echoIn(seen).ip = '10.9.9.9')),
  },
  {
    ...undisturbed,
    id: 'answer-of-another-process',
    title:
      'one answer is of another process of the same pod: a restart between two looks at the API, or a stale answer',
    touches: ['samples/pod'],
    because: /2 boot nonces, so it was restarted/,
    change: inSamples('pod', answeredByAnother),
  },
  {
    ...downtime,
    id: 'outage-of-600-ms',
    title: 'one path of four was down for 600 ms',
    verdict: 'fail',
    because: /nodeport: 30 probes failed \(refused\)/,
    change: inSamples('nodeport', (series, run) => failing(series, lossMs(run) + 8000, 600, 'refused')),
  },
  {
    ...downtime,
    id: 'wrong-answer',
    title: 'one request got a wrong or stale body',
    verdict: 'fail',
    because: /nodeport: 1 probe failed \(wrong-body\)/,
    change: inSamples('nodeport', (series, run) => failing(series, lossMs(run) + 8000, 20, 'wrong-body')),
  },
  {
    ...downtime,
    id: 'prober-starved',
    title: 'a path was not sampled for 1 s',
    verdict: 'unknown',
    because: /nodeport: an outage of up to 1 ... ms is possible, unmeasured time included/,
    change: inSamples('nodeport', (series, run) => unsampled(series, lossMs(run) + 8000, lossMs(run) + 9000)),
  },
  {
    ...downtime,
    id: 'samples-cut',
    title: 'the last quarter of the samples of a path is lost',
    verdict: 'unknown',
    because: /nodeport: an outage of up to .* is possible, unmeasured time included/,
    change: inSamples('nodeport', (series) =>
      unsampled(series, series.endMs - (series.endMs - series.startMs) / 4, series.endMs),
    ),
  },
  {
    ...downtime,
    id: 'path-not-probed',
    title: 'one path was not probed at all: there are no samples of it',
    verdict: 'unknown',
    because: /nodeport: was to be probed, and there are no samples of it/,
    change: inSamples('nodeport', () => undefined),
  },
  {
    ...downtime,
    id: 'probing-ended-with-the-loss',
    title: 'the probing of a path ended 1 s after the loss, as if it had been told to',
    verdict: 'unknown',
    because: /nodeport: not probed until the repair was over/,
    change: inSamples('nodeport', (series, run) => {
      const endMs = lossMs(run) + 1000
      return { ...unsampled(series, endMs, Infinity), endMs }
    }),
  },
  {
    ...downtime,
    id: 'prober-not-measured',
    title: 'the prober did not measure itself',
    verdict: 'unknown',
    touches: ['samples/null'],
    because: /no prober measured itself/,
    change: inSamples('null', () => undefined),
  },
  {
    ...eviction,
    id: 'pod-evicted',
    title: 'one pod was evicted, and another runs in its place',
    touches: podsSettled,
    because: /pod .*echo-.* was deleted/,
    change: settled((seen) => {
      const pod = takeOut(seen.pods, isEcho, 'pod of the workload')
      seen.pods.push({ ...pod, uid: 'successor', name: `${pod.name}-successor` })
    }),
  },
  {
    ...eviction,
    id: 'full-controller-manager-first',
    title: 'the full controller manager led before the kubelets were back, and marked a Node',
    touches: ['evidence/eviction-events-settled'],
    because: /NodeNotReady of Node worker/,
    change: evictionEvent('NodeNotReady', 'node-controller', 'Node', 'Node worker status is now: NodeNotReady'),
  },
  {
    ...eviction,
    id: 'eviction-called-off',
    title: 'an eviction was begun, and called off',
    touches: ['evidence/eviction-events-settled'],
    because: /TaintManagerEviction of Pod worker/,
    change: evictionEvent('TaintManagerEviction', 'taint-eviction-controller', 'Pod', 'Cancelling deletion of Pod'),
  },
  {
    ...eviction,
    id: 'node-tainted',
    title: 'a Node had a NoExecute taint when the repair ended',
    touches: ['evidence/nodes-recovered'],
    because: /has the NoExecute taint node\.kubernetes\.io\/unreachable/,
    change: inEvidence('nodes-recovered', nodeSnapshotSchema, ({ nodes }) =>
      theOne(nodes, () => true, 'Node').taints.push({ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }),
    ),
  },
  {
    ...eviction,
    id: 'eviction-window-cut',
    title: 'the end was looked at 10 s after the recovery, when an eviction could still come',
    verdict: 'unknown',
    touches: podsSettled,
    because: /observed \d.* after all controllers were back, evictions can take/,
    change: settled((seen, { record }) => {
      const recovered = theOne(record.milestones, ({ id }) => id === 'recovered', 'milestone recovered')
      seen.atMs = (record.injectedAtMs ?? 0) + recovered.atMs + 10_000
    }),
  },
]
