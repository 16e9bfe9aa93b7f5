import { aggregatedApiSchema } from '../../../checks/aggregated-api-served/collect.ts'
import { apiClientStatusSchema } from '../../../checks/api-clients-work/collect.ts'
import { clusterInfoSchema } from '../../../checks/cluster-info-valid/collect.ts'
import { identitiesSchema, type Identities } from '../../../checks/nothing-else-replaced/collect.ts'
import { credentialReplaySchema } from '../../../checks/old-credentials-rejected/collect.ts'
import { tokenInventorySchema } from '../../../checks/tokens-reissued/collect.ts'
import { podSnapshotSchema } from '../../../observe/pod-snapshot.ts'
import { evidenceIn, inEvidence, takeOut, theOne } from '../mutant/change.ts'
import type { StoredMutant } from '../mutant/mutant.ts'

const any = () => true
const controlPlaneOf = ({ machines }: Identities) =>
  theOne(machines, ({ role }) => role === 'control-plane', 'control plane')

const tokens = {
  base: 'recorded',
  check: 'tokens-reissued',
  verdict: 'fail',
  touches: ['evidence/tokens-settled'],
} as const
const clusterInfo = {
  base: 'recorded',
  check: 'cluster-info-valid',
  verdict: 'fail',
  touches: ['evidence/cluster-info-settled'],
} as const
const clients = {
  base: 'recorded',
  check: 'api-clients-work',
  verdict: 'fail',
  touches: ['evidence/api-client-status-settled'],
} as const
const aggregated = {
  base: 'recorded',
  check: 'aggregated-api-served',
  verdict: 'fail',
  touches: ['evidence/aggregated-api-settled'],
} as const
const replay = {
  check: 'old-credentials-rejected',
  verdict: 'fail',
  touches: ['evidence/credentials-settled'],
} as const
const replaced = { check: 'nothing-else-replaced', verdict: 'fail', touches: ['evidence/identities-settled'] } as const

/** Certificates, keys, tokens, and who accepts them. */
export const trustMutants: readonly StoredMutant[] = [
  {
    ...tokens,
    id: 'token-not-refreshed',
    title: 'one mounted token is still of the lost key',
    because: /\(kube-api-access-.*\): still signed by the key/,
    change: inEvidence('tokens-settled', tokenInventorySchema, ({ mounted }, run) => {
      const [old] = evidenceIn(run, 'tokens-baseline', tokenInventorySchema).signingKeys
      const { claims } = theOne(mounted, (one) => one.claims !== null, 'mounted token')
      if (claims && old) claims.kid = old.kid
    }),
  },
  {
    ...tokens,
    id: 'token-refused',
    title: 'the API refuses one mounted token',
    because: /: the API refuses the token/,
    change: inEvidence('tokens-settled', tokenInventorySchema, ({ mounted }) => {
      theOne(mounted, any, 'mounted token').accepted = false
    }),
  },
  {
    ...tokens,
    id: 'token-not-looked-at',
    title: 'one mounted token of a pod that runs was not looked at',
    verdict: 'unknown',
    because: /: its token was not looked at/,
    change: inEvidence('tokens-settled', tokenInventorySchema, ({ mounted }) => {
      takeOut(mounted, any, 'mounted token')
    }),
  },
  {
    ...tokens,
    id: 'token-secret-gone',
    title: 'a token Secret was deleted instead of reissued',
    because: /Secret .* is gone/,
    change: inEvidence('tokens-settled', tokenInventorySchema, ({ legacy }) => {
      takeOut(legacy, any, 'token Secret')
    }),
  },
  {
    ...clusterInfo,
    id: 'cluster-info-of-the-lost-ca',
    title: 'cluster-info still names the lost CA',
    because: /cluster-info names another CA than the control plane's/,
    change: inEvidence('cluster-info-settled', clusterInfoSchema, (seen, run) => {
      seen.ca = evidenceIn(run, 'cluster-info-baseline', clusterInfoSchema).ca
    }),
  },
  {
    ...clusterInfo,
    id: 'cluster-info-opened',
    title: 'cluster-info can be read without credentials, which it could not',
    because: /without credentials cluster-info answers 299, not/,
    change: inEvidence('cluster-info-settled', clusterInfoSchema, (seen) => (seen.anonymous = 299)),
  },
  {
    ...clusterInfo,
    id: 'bootstrap-token-left',
    title: 'the repair left a bootstrap token of its own',
    because: /the repair left the bootstrap token left00/,
    change: inEvidence('cluster-info-settled', clusterInfoSchema, ({ tokens: known }) =>
      known.push({ token: 'left00', signs: false, signed: false, expires: null }),
    ),
  },
  {
    ...clients,
    id: 'client-rejected',
    title: 'a client of the API was not restarted, and is rejected',
    because: /settled: .*: rejected \(401\)/,
    change: inEvidence('api-client-status-settled', apiClientStatusSchema, (seen) => {
      const { status } = theOne(seen.clients, (one) => one.status?.readOnce === true, 'client that reads once')
      Object.assign(status ?? {}, { outcome: 'rejected', detail: '401' })
    }),
  },
  {
    ...clients,
    id: 'client-hangs',
    title: 'a client of the API says that all is well, and has not called for a minute',
    because: /has not called the API since/,
    change: inEvidence('api-client-status-settled', apiClientStatusSchema, (seen) => {
      const { status } = theOne(seen.clients, (one) => one.status !== null, 'client')
      if (status) status.lastCallAt = new Date(Date.parse(seen.takenAt) - 60_000).toISOString()
    }),
  },
  {
    ...aggregated,
    id: 'lost-ca-still-named',
    title: 'extension API servers are still told to trust the lost CA',
    because: /still names the lost CA/,
    change: inEvidence('aggregated-api-settled', aggregatedApiSchema, ({ namedCas }, run) =>
      namedCas.push(...evidenceIn(run, 'aggregated-api-baseline', aggregatedApiSchema).usedCas),
    ),
  },
  {
    ...aggregated,
    id: 'extension-api-refused',
    title: 'a request to an extension API server is refused',
    because: /settled: a request through the API server got 503/,
    change: inEvidence('aggregated-api-settled', aggregatedApiSchema, (seen) => (seen.status = 503)),
  },
  {
    ...replay,
    id: 'old-credential-accepted',
    base: 'recorded',
    title: 'an old admin.conf is still accepted',
    because: /accepts the old admin\.conf \(200\)/,
    change: inEvidence('credentials-settled', credentialReplaySchema, ({ trials }) => {
      theOne(trials, ({ credential }) => credential === 'admin.conf', 'trial of it').status = 200
    }),
  },
  {
    ...replay,
    id: 'old-credential-known',
    base: 'recorded',
    title: 'an old token is still known, and only has not the right',
    because: /accepts the old service-account token \(403\)/,
    change: inEvidence('credentials-settled', credentialReplaySchema, ({ trials }) => {
      theOne(trials, ({ credential }) => credential === 'service-account token', 'trial of it').status = 403
    }),
  },
  {
    ...replay,
    id: 'old-peer-accepted',
    base: 'good',
    title: 'a member of etcd still takes the old certificate of a peer',
    because: /accepts the old etcd peer certificate \(200\)/,
    change: inEvidence('credentials-settled', credentialReplaySchema, ({ trials }) => {
      theOne(trials, ({ credential }) => credential === 'etcd peer certificate', 'trial of it').status = 200
    }),
  },
  {
    ...replay,
    id: 'valid-credential-refused',
    base: 'nothing-lost',
    title: 'a credential is refused though nothing that vouches for it was lost',
    because: /rejects the old kubelet certificate \(401\), though nothing/,
    change: inEvidence('credentials-settled', credentialReplaySchema, ({ trials }) => {
      theOne(trials, ({ credential }) => credential === 'kubelet certificate', 'trial of it').status = 401
    }),
  },
  {
    ...replaced,
    id: 'certificate-of-the-lost-ca-left',
    base: 'recorded',
    title: 'one certificate of the lost CA is still in its place',
    because: /apiserver-kubelet-client\.crt is still the one from before the loss/,
    change: inEvidence('identities-settled', identitiesSchema, (seen, run) => {
      const path = '/etc/kubernetes/pki/apiserver-kubelet-client.crt'
      const old = controlPlaneOf(evidenceIn(run, 'identities-baseline', identitiesSchema)).files[path]
      controlPlaneOf(seen).files[path] = old ?? ''
    }),
  },
  {
    ...replaced,
    id: 'untouched-file-changed',
    base: 'recorded',
    title: 'a file that was not lost has other bytes',
    because: /\/var\/lib\/kubelet\/config\.yaml was replaced, though it was not lost/,
    change: inEvidence('identities-settled', identitiesSchema, (seen) => {
      controlPlaneOf(seen).files['/var/lib/kubelet/config.yaml'] = 'other bytes'
    }),
  },
  {
    ...replaced,
    id: 'file-left-behind',
    base: 'nothing-lost',
    title: 'the repair left a file of its own among those of kubeadm',
    because: /\/etc\/kubernetes\/pki\/ca\.crt\.bak is new, though it was not lost/,
    change: inEvidence('identities-settled', identitiesSchema, (seen) => {
      controlPlaneOf(seen).files['/etc/kubernetes/pki/ca.crt.bak'] = 'bytes'
    }),
  },
  {
    ...replaced,
    id: 'kubelet-restarted-needlessly',
    base: 'nothing-lost',
    title: 'a kubelet was restarted of which nothing was lost',
    because: /worker: kubelet was restarted, though nothing of it was lost/,
    change: inEvidence('identities-settled', identitiesSchema, ({ machines }) => {
      theOne(machines, ({ node }) => node === 'worker', 'worker').kubelet = { pid: '9', started: '9' }
    }),
  },
  {
    ...replaced,
    id: 'etcd-not-restarted',
    base: 'recorded',
    title: 'etcd runs on with the lost certificates',
    touches: ['evidence/pods-settled'],
    because: /: etcd is still the process from before the loss/,
    change: inEvidence('pods-settled', podSnapshotSchema, ({ runtime }, run) => {
      const etcdIn = (nodes: typeof runtime) =>
        theOne(
          nodes.flatMap((node) => node.containers ?? []),
          ({ name, running }) => name === 'etcd' && running,
          'container of etcd',
        )
      Object.assign(etcdIn(runtime), etcdIn(evidenceIn(run, 'pods-baseline', podSnapshotSchema).runtime))
    }),
  },
]
