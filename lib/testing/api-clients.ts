import type { ApiClientSnapshot, NodeClientSnapshot } from '../api-clients/api-client-snapshot.ts'
import type { ClientRequest } from '../api-clients/request-log.ts'
import type { Pod } from '../api/pods.ts'

export const pod = (name: string, change: Partial<Pod> = {}): Pod => ({
  namespace: 'default',
  name,
  uid: name,
  node: 'w1',
  running: true,
  ready: true,
  readyChangedAt: 0,
  containers: [{ name, id: `${name}-container`, startedAt: 0 }],
  serviceAccount: 'default',
  tokenFiles: ['token'],
  mountsSecret: false,
  isMirror: false,
  isNodeDaemon: false,
  isDns: false,
  addresses: ['10.244.1.4'],
  hostNetwork: false,
  owner: undefined,
  revision: undefined,
  restartsAlways: true,
  graceSeconds: 30,
  ...change,
})
const ofMachine = { hostNetwork: true, addresses: ['172.18.0.13'] }
export const client = pod('client')
export const proxy = pod('kube-proxy', ofMachine)
export const balancer = '172.18.0.99'

export const behind = {
  source: '10.244.1.4',
  sourcePort: 6,
  destination: '10.96.0.1',
  destinationPort: 443,
  address: '172.18.0.13',
  port: 7,
}
export const own = {
  source: '172.18.0.13',
  sourcePort: 9,
  destination: '172.18.0.12',
  destinationPort: 6443,
  address: '172.18.0.13',
  port: 9,
}
export const machine: NodeClientSnapshot = {
  node: 'w1',
  addresses: ['172.18.0.13', 'fd00::13'],
  kubeletStartedAtMs: 10_000,
  connections: [behind, own],
  sockets: [],
  podSockets: new Set(),
}
export const request = (
  outcome: ClientRequest['outcome'],
  port: number,
  atMs = 20_000,
  words = 'bad certificate',
): ClientRequest => ({
  outcome,
  port,
  atMs,
  words,
  address: '172.18.0.13',
})
export const snapshot = (
  requests: readonly ClientRequest[],
  change: Partial<ApiClientSnapshot> = {},
): ApiClientSnapshot => ({
  pods: [client, proxy],
  machines: [machine],
  requests,
  peers: new Set(),
  endpoints: new Set(['172.18.0.12 6443']),
  complaints: new Map(),
  startedAtMs: new Map(),
  volumesAtMs: new Map(),
  seenAtMs: 60_000,
  ...change,
})
