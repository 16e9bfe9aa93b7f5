import { createPublicKey } from 'node:crypto'
import { tokenKeysIn } from '../pki/token-keys.ts'
import { etcdOnDisk } from './etcd-bytes.ts'
import { apiAnswer, facts, fakeContext, fakeNode, type Answer, type FakeNode } from './fake-node.ts'
import { plain } from './kubeadm-config.ts'
import type { TestSaKey } from './sa-keys.ts'
import { surveyed } from './surveyed.ts'

/** A control plane whose components run; what is on its disk and in its processes changes as it is repaired. */
export interface LiveControlPlane {
  readonly node: FakeNode
  /** On the disk. */
  signing: TestSaKey | undefined
  publicText: string | undefined
  /** When sa.key was written. */
  writtenAt: number
  /** In the memory of the API server. */
  loaded: readonly TestSaKey[]
  apiServerStartedAt: number
  controllerManagerStartedAt: number
  /** The static pods under which the directory of certificates was deleted. */
  readonly stale: Set<string>
}

export interface LiveCluster {
  readonly planes: readonly LiveControlPlane[]
  readonly nodes: readonly FakeNode[]
  /** What was done where, in the order in which it was: `m1: restart kube-apiserver`. Questions are left out. */
  readonly done: readonly string[]
  readonly context: ReturnType<typeof fakeContext>
  readonly cluster: Awaited<ReturnType<typeof surveyed>>
}

/** Titles of scripts that only ask. */
const asks = /^(read|get|wait|find|check|count|compare|try|prepare|seal)\b/

/**
 * Control planes whose service-account key is `current`, and workers. Every script's time is the number of those before it.
 * @param known every key that may be created or loaded; a new one is the last of them
 */
export async function liveCluster(
  names: readonly string[],
  known: readonly [TestSaKey, ...TestSaKey[]],
  workers: readonly string[] = [],
  answers: Readonly<Record<string, Answer>> = {},
): Promise<LiveCluster> {
  const done: string[] = []
  const [current] = known
  const fresh = known.at(-1) ?? current
  let now = 2000
  const leases = { holder: `${names.at(0) ?? ''}_1` }
  const planes = names.map((name): LiveControlPlane => {
    const plane: LiveControlPlane = {
      node: fakeNode(name, 'control-plane', {}),
      signing: current,
      publicText: current.pem,
      writtenAt: 1000,
      loaded: [current],
      apiServerStartedAt: 1010,
      controllerManagerStartedAt: 1010,
      stale: new Set(),
    }
    const publicTextIn = (script: string) =>
      /printf '%s' '([\s\S]*?)' > sa\.pub\.new/.exec(script)?.[1]?.replaceAll(`'\\''`, "'")
    const own: Record<string, Answer> = {
      'read node facts': facts({ route: `[{"prefsrc":"10.0.0.${names.indexOf(name) + 1}"}]` }),
      ...etcdOnDisk,
      'read the service-account keys': () => saKeysOf(plane),
      'prepare to receive a secret': facts({ certificate: 'a certificate', directory: '/dev/shm/drill-recovery.test' }),
      'seal the service-account key for another control plane': () =>
        facts({ 'written-at': `@${plane.writtenAt}`, sealed: plane.signing?.keyId ?? '' }),
      'create the service-account key': ({ script }) => {
        const behind = /printf '%s' '([\s\S]*?)'; \} > sa\.pub\.new/.exec(script)?.[1]?.replaceAll(`'\\''`, "'") ?? ''
        Object.assign(plane, { signing: fresh, publicText: fresh.pem + behind, writtenAt: now })
        return ''
      },
      'install the service-account key': ({ script, options }) => {
        const key = known.find(({ keyId }) => keyId === options.input?.toString())
        if (key) Object.assign(plane, { signing: key, writtenAt: Number(/--date @(\d+)/.exec(script)?.[1]) })
        plane.publicText = publicTextIn(script) ?? plane.publicText
        return ''
      },
      'remove retired service-account keys': ({ script }) => {
        plane.publicText = publicTextIn(script) ?? plane.publicText
        return ''
      },
      'restart etcd': () => {
        plane.stale.delete('etcd')
        return ''
      },
      'wait for port *': '',
      'restart kube-apiserver': () => {
        const ids = tokenKeysIn(plane.publicText ?? '').map(({ keyId }) => keyId)
        plane.loaded = ids.flatMap((id) => known.find(({ keyId }) => keyId === id) ?? [])
        plane.apiServerStartedAt = now
        plane.stale.delete('kube-apiserver')
        return ''
      },
      'restart kube-controller-manager': () => {
        plane.controllerManagerStartedAt = now
        plane.stale.delete('kube-controller-manager')
        return ''
      },
      'compare the mounts of static pods with the disk': () => {
        const running = processesOf(plane)
        const stale = running.filter(([component]) => plane.stale.has(component))
        return facts({
          installed: running.map(([component]) => component).join('\n'),
          containers: containersOf(plane),
          stale: stale.map(([component, at]) => `${component}-${at} /etc/kubernetes/pki`).join('\n'),
        })
      },
      // It keeps its connections to etcd until that is restarted.
      'check whether the API server is ready': () =>
        plane.stale.has('kube-apiserver') && !plane.stale.has('etcd') ? '' : 'yes',
      'read the leader-election leases': () =>
        facts({ now: '0' }) +
        apiAnswer({
          items: [{ metadata: { name: 'kube-controller-manager' }, spec: { holderIdentity: leases.holder } }],
        }),
      'stop orphaned scripts': '',
      'release the lease of kube-controller-manager': '',
      'wait until the API server is ready': '',
      'end a hand-over of the API': '',
      'hand over the API': '',
      'try a hand-over of the API': facts({ connected: 'yes' }),
      'count what was handed over': facts({ packets: '3' }),
      ...answers,
    }
    const node = recorded(name, 'control-plane', own)
    Object.assign(plane, { node })
    Object.defineProperty(node.files, 'get', {
      value: (path: string) => (path.endsWith('/sa.pub') ? plane.publicText : undefined),
    })
    return plane
  })
  const workerNodes = workers.map((name) =>
    recorded(name, 'worker', { ...answers, 'read node facts': facts({ route: '[{"prefsrc":"10.0.0.9"}]' }) }),
  )
  const nodes = [...planes.map(({ node }) => node), ...workerNodes]
  const context = fakeContext(nodes, plain)
  return { planes, nodes, done, context, cluster: await surveyed(context) }

  function recorded(name: string, role: 'control-plane' | 'worker', own: Readonly<Record<string, Answer>>): FakeNode {
    const node = fakeNode(name, role, own)
    return {
      ...node,
      exec: (argv, options) => {
        now += 1
        const title = /^# (.*)/.exec(argv[2] ?? '')?.[1] ?? ''
        if (!asks.test(title)) done.push(`${name}: ${title}`)
        return node.exec(argv, options)
      },
    }
  }
}

const processesOf = (plane: LiveControlPlane) =>
  [
    ['etcd', 1000],
    ['kube-apiserver', plane.apiServerStartedAt],
    ['kube-controller-manager', plane.controllerManagerStartedAt],
  ] as const

function containersOf(plane: LiveControlPlane): string {
  return JSON.stringify({
    containers: processesOf(plane).map(([name, startedAt]) => ({
      id: `${name}-${startedAt}`,
      metadata: { name },
      state: 'CONTAINER_RUNNING',
      createdAt: String(startedAt * 1e9),
    })),
  })
}

function saKeysOf(plane: LiveControlPlane): string {
  return facts({
    ...(plane.signing ? { signing: plane.signing.pem, 'written-at': String(plane.writtenAt) } : {}),
    ...(plane.publicText === undefined ? {} : { there: 'yes', public: plane.publicText }),
    loaded: JSON.stringify({
      keys: plane.loaded.map(({ pem, keyId }) => ({ ...createPublicKey(pem).export({ format: 'jwk' }), kid: keyId })),
    }),
    containers: containersOf(plane),
  })
}
