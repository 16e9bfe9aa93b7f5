import { apiWatchSchema, type WatchedApi } from '../../../checks/api-never-down/collect.ts'
import { saKeysSchema } from '../../../checks/sa-keys-loaded/collect.ts'
import { certificateAuthoritiesSchema } from '../../../observe/certificate-authorities.ts'
import { controlPlanesSchema } from '../../../observe/control-planes.ts'
import { evidenceIn, inEvidence, inJournal, theOne } from '../mutant/change.ts'
import type { StoredMutant } from '../mutant/mutant.ts'

const second = 'control-plane2'
const isSecond = ({ node }: { readonly node: string }) => node === second

const agree = {
  base: 'two-control-planes',
  check: 'control-planes-agree',
  verdict: 'fail',
  touches: ['evidence/control-planes-settled'],
} as const
const keys = {
  base: 'two-control-planes',
  check: 'sa-keys-loaded',
  verdict: 'fail',
  touches: ['evidence/sa-keys-settled'],
} as const
const watch = { verdict: 'fail', touches: ['evidence/api-watch'] } as const

const watched = (target: string, edit: (api: WatchedApi) => void) =>
  inEvidence('api-watch', apiWatchSchema, ({ apis }) =>
    edit(theOne(apis, (api) => api.target === target, `watch of ${target}`)),
  )

/** What several control planes have in common, how the API is served, and what a killed repair leaves. */
export const controlPlaneMutants: readonly StoredMutant[] = [
  {
    ...agree,
    id: 'control-plane-not-repaired',
    title: 'one control plane of two was not repaired',
    because: /control-plane2: ca\.crt is still the lost one/,
    change: inEvidence('control-planes-settled', controlPlanesSchema, ({ planes }, run) => {
      const old = evidenceIn(run, 'control-planes-baseline', controlPlanesSchema).planes
      theOne(planes, isSecond, second).files = theOne(old, isSecond, second).files
    }),
  },
  {
    ...agree,
    id: 'control-plane-not-served',
    title: 'the balancer never sends anything to one control plane',
    because: /control-plane2: not met in 30 connections through the balancer/,
    change: inEvidence('control-planes-settled', controlPlanesSchema, ({ planes, balancer }) => {
      const { serving } = theOne(planes, isSecond, second)
      if (balancer) balancer.served = balancer.served.filter((one) => one !== serving)
    }),
  },
  {
    ...agree,
    base: 'recorded',
    id: 'etcd-began-empty',
    title: 'etcd is another cluster than before',
    because: /etcd is cluster 71, not .* as before/,
    change: inEvidence('control-planes-settled', controlPlanesSchema, ({ planes }) => {
      const { etcd } = theOne(planes, () => true, 'control plane')
      if (etcd) etcd.clusterId = '71'
    }),
  },
  {
    ...keys,
    id: 'new-key-not-loaded',
    title: 'one API server has not loaded the new service-account key',
    because: /control-plane2: the API server has loaded old-key-, sa\.pub has new-key-/,
    change: inEvidence('sa-keys-settled', saKeysSchema, ({ planes }) => {
      theOne(planes, isSecond, second).loaded = ['old-key-0123456789']
    }),
  },
  {
    ...keys,
    id: 'old-key-still-accepted',
    title: 'tokens of the lost service-account key are still accepted',
    because: /control-plane2: tokens of the old key are still accepted/,
    change: inEvidence('sa-keys-settled', saKeysSchema, ({ planes }) => {
      const plane = theOne(planes, isSecond, second)
      plane.published = ['new-key-0123456789', 'old-key-0123456789']
      plane.loaded = plane.published
    }),
  },
  {
    ...watch,
    base: 'good',
    check: 'api-never-down',
    id: 'api-down-once',
    title: 'one request to an API server failed that was not lost',
    because: /control-plane: 1 of 790 samples failed, the first at 90000 ms/,
    change: watched('control-plane', (api) => api.failures.push({ atMs: 90_000, problem: 'ECONNREFUSED' })),
  },
  {
    ...watch,
    base: 'good',
    check: 'api-never-down',
    verdict: 'unknown',
    id: 'api-not-watched',
    title: 'the API was watched only after the loss',
    because: /balancer: watched only after the loss/,
    change: watched('balancer', (api) => (api.fromMs = 71_000)),
  },
  {
    ...watch,
    base: 'two-control-planes',
    check: 'api-served-through-restarts',
    id: 'api-servers-away-together',
    title: 'both API servers were restarted at once',
    because: /control-plane and control-plane2 were away together/,
    change: watched(second, (api) => api.failures.push({ atMs: 90_400, problem: 'ECONNREFUSED' })),
  },
  {
    ...watch,
    base: 'two-control-planes',
    check: 'api-served-through-restarts',
    id: 'balancer-failed',
    title: 'one request through the balancer failed while an API server restarted',
    because: /balancer: 1 of 790 samples failed/,
    change: watched('balancer', (api) => api.failures.push({ atMs: 90_400, problem: 'EOF' })),
  },
  {
    base: 'killed',
    check: 'certificate-authorities-kept',
    verdict: 'fail',
    id: 'ca-made-twice',
    title: 'the second repair made another CA than the killed one, which was in use',
    touches: ['evidence/certificate-authorities-settled'],
    because: /control-plane2: pki\/ca\.crt has another ca\.crt than control-plane used when the repair was killed/,
    change: inEvidence('certificate-authorities-settled', certificateAuthoritiesSchema, ({ machines }) => {
      for (const use of theOne(machines, isSecond, second).uses) use.fingerprint = 'NEWER'
    }),
  },
  {
    base: 'killed',
    check: 'certificate-authorities-kept',
    verdict: 'unknown',
    id: 'repair-never-killed',
    title: 'the repair was to be killed, and was not',
    touches: ['journal.jsonl'],
    because: /the repair was to be killed in start-etcd, and never was/,
    change: inJournal((event) => [
      event.type === 'recovery.killed' ? { ...event, type: 'recovery.not-killed' } : event,
    ]),
  },
]
