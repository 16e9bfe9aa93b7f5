import { expect, it } from 'vitest'
import { podsIn } from './pods.ts'

const token = {
  name: 'kube-api-access-x',
  projected: { sources: [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'kube-root-ca.crt' } }] },
}
const proxy = {
  metadata: {
    namespace: 'kube-system',
    name: 'kube-proxy-1',
    uid: 'u1',
    labels: { 'controller-revision-hash': 'r1' },
    ownerReferences: [{ kind: 'DaemonSet' }],
  },
  spec: { nodeName: 'w1', hostNetwork: true, volumes: [{ name: 'lib', hostPath: {} }, token] },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '1970-01-01T00:00:20Z' }],
    containerStatuses: [
      {
        name: 'kube-proxy',
        containerID: 'containerd://abc',
        state: { running: { startedAt: '1970-01-01T00:00:10Z' } },
      },
    ],
  },
}
const [pod] = podsIn({ items: [proxy] })
const changed = (change: object) => podsIn({ items: [{ ...proxy, ...change }] })[0]

it('reads a pod', () => {
  expect(pod).toEqual({
    namespace: 'kube-system',
    name: 'kube-proxy-1',
    uid: 'u1',
    node: 'w1',
    running: true,
    ready: true,
    readyChangedAt: 20,
    containers: [{ name: 'kube-proxy', id: 'abc', startedAt: 10 }],
    serviceAccount: 'default',
    tokenFiles: ['pods/u1/volumes/kubernetes.io~projected/kube-api-access-x/token'],
    mountsSecret: false,
    isMirror: false,
    isNodeDaemon: true,
    isDns: false,
    addresses: [],
    hostNetwork: true,
    owner: undefined,
    revision: 'r1',
    restartsAlways: true,
    graceSeconds: 30,
  })
})

it('takes the users’ own pods for no daemon of the node', () => {
  expect(changed({ spec: { ...proxy.spec, hostNetwork: false } })?.isNodeDaemon).toBe(false)
  expect(changed({ metadata: { ...proxy.metadata, namespace: 'mine' } })?.isNodeDaemon).toBe(false)
  expect(changed({ metadata: { ...proxy.metadata, ownerReferences: [{ kind: 'Job' }] } })?.isNodeDaemon).toBe(false)
})

it('takes the pod network for a daemon of the node in whatever namespace it is', () => {
  const metadata = { ...proxy.metadata, namespace: 'kube-flannel' }
  const mounting = (path: string) =>
    changed({ metadata, spec: { ...proxy.spec, volumes: [{ name: 'cni', hostPath: { path } }] } })?.isNodeDaemon
  expect(['/etc/cni/net.d', '/opt/cni/bin'].map(mounting)).toEqual([true, true])
  expect(['/etc/cnidaria', '/var/lib/mine'].map(mounting)).toEqual([false, false])
})

it('takes what users may be connected to for none either, however critical', () => {
  const critical = { ...proxy.spec, priorityClassName: 'system-node-critical' }
  const metadata = { ...proxy.metadata, namespace: 'ingress' }
  expect(changed({ metadata, spec: critical })?.isNodeDaemon).toBe(false)
  const listening = { ...proxy.spec, containers: [{ name: 'ingress', ports: [{ containerPort: 443 }] }] }
  expect(changed({ spec: listening })?.isNodeDaemon).toBe(false)
})

it.each([
  [{ exec: { command: ['leave'] } }, { command: ['leave'] }],
  [{ httpGet: { port: 'web', path: '/end' } }, { url: 'http://10.0.0.7:8080/end' }],
  [{ httpGet: { port: 9, scheme: 'HTTPS', host: 'h' } }, { url: 'https://h:9/' }],
  [{ sleep: { seconds: 3 } }, { seconds: 3 }],
])('reads the preStop hook %j', (preStop, expected) => {
  const containers = [{ name: 'kube-proxy', ports: [{ name: 'web', containerPort: 8080 }], lifecycle: { preStop } }]
  const status = { ...proxy.status, podIPs: [{ ip: '10.0.0.7' }] }
  expect(changed({ spec: { ...proxy.spec, containers }, status })?.containers[0]?.preStop).toEqual(expected)
})

it('counts native sidecars to the containers of a pod, and no other init containers', () => {
  const initContainers = [{ name: 'once' }, { name: 'sidecar', restartPolicy: 'Always' }]
  const initContainerStatuses = ['once', 'sidecar'].map((name) => ({ name, containerID: `containerd://${name}` }))
  const found = changed({
    spec: { ...proxy.spec, initContainers },
    status: { ...proxy.status, initContainerStatuses },
  })
  expect(found?.containers.map(({ id }) => id)).toEqual(['sidecar', 'abc'])
})

it('sees the Secrets that a pod mounts', () => {
  const volumes = (volume: object) => ({ spec: { ...proxy.spec, volumes: [volume] } })
  expect(changed(volumes({ name: 's', secret: { secretName: 'api-client' } }))?.mountsSecret).toBe(true)
  expect(changed(volumes({ name: 's', projected: { sources: [{ secret: {} }] } }))?.mountsSecret).toBe(true)
})

it('takes a pod that is being deleted for not running', () => {
  expect(changed({ metadata: { ...proxy.metadata, deletionTimestamp: '1970-01-01T00:00:30Z' } })?.running).toBe(false)
})
