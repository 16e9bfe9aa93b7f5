import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import type { Background, DrillContext } from '../../model/context.ts'
import { untilStopped } from '../../observe/background.ts'
import { kubernetesClient } from '../../observe/kubernetes-client.ts'
import type { EvictionGuard } from './evidence.ts'
import { type Guard, guard, type WatchedObject } from './guard.ts'

const paths = {
  slices: '/apis/discovery.k8s.io/v1/endpointslices',
  nodes: '/api/v1/nodes',
  pods: '/api/v1/pods',
} as const
type Kind = keyof typeof paths
const kinds = ['slices', 'nodes', 'pods'] as const

/** The server ends a watch after this long, which shows that it was alive; the next goes on where it ended. */
const watchSeconds = 5
/** A watch that is not ended by then hangs. */
const hangsMs = 15_000
/** Between two attempts, each of which reads the administrator's kubeconfig on a machine. */
const pauseMs = 500

/**
 * Watches EndpointSlices, Nodes and pods from now on, through every loss of the API, until it is stopped. A watch goes on from the
 * version at which the one before was ended, so that nothing between is missed; where that cannot be, all is listed again, and the time
 * between is a gap. Rejects when the API does not answer at the beginning.
 */
export async function watchCluster(context: DrillContext): Promise<Background> {
  const { signal, end } = untilStopped(context)
  const nowMs = () => context.journal.nowMs()
  const seen = guard()
  const gaps: EvictionGuard['gaps'] = []
  const first = await connect(context, seen, signal)
  const fromMs = nowMs()
  const aliveMs: Record<Kind, number> = { slices: fromMs, nodes: fromMs, pods: fromMs }
  const alive = (kind: Kind) => void (aliveMs[kind] = nowMs())
  const lastAliveMs = () => Math.min(...kinds.map((kind) => aliveMs[kind]))
  let isOn = true
  const watching = (async () => {
    let session: Session | undefined = first
    for (;;) {
      if (session) await followAll(session, { seen, nowMs, alive, signal })
      isOn = false
      if (signal.aborted) return
      session = await connect(context, seen, signal).catch(() => undefined)
      if (session) {
        gaps.push({ fromMs: lastAliveMs(), toMs: nowMs() })
        for (const kind of kinds) alive(kind)
        isOn = true
      } else await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  })()
  return {
    async stop(): Promise<EvictionGuard> {
      const toMs = nowMs()
      // A watch that is on may have been silent since the server ended the one before.
      if (!isOn || toMs - lastAliveMs() > hangsMs) gaps.push({ fromMs: lastAliveMs(), toMs })
      end()
      await watching
      return { fromMs, toMs, gaps: gaps.filter((gap) => gap.fromMs < toMs), ...seen.seen() }
    },
  }
}

interface Session {
  readonly config: KubeConfig
  readonly versions: Record<Kind, string>
  /** Ends all watches of the session as soon as one is broken. */
  readonly over: AbortController
}

/** Lists all three kinds with the administrator's credentials of now. */
async function connect(context: DrillContext, seen: Guard, signal: AbortSignal): Promise<Session> {
  const config = await context.api()
  const { core, discovery } = await kubernetesClient(config, signal)
  const [slices, nodes, pods] = await Promise.all([
    discovery.listEndpointSliceForAllNamespaces(),
    core.listNode(),
    core.listPodForAllNamespaces(),
  ])
  seen.listed({ slices: slices.items, nodes: nodes.items, pods: pods.items }, context.journal.nowMs())
  const versionOf = ({ metadata }: { metadata?: { resourceVersion?: string } }) => metadata?.resourceVersion ?? ''
  const versions = { slices: versionOf(slices), nodes: versionOf(nodes), pods: versionOf(pods) }
  return { config, versions, over: new AbortController() }
}

interface Watching {
  readonly seen: Guard
  readonly nowMs: () => number
  /** The server has just said something, or ended a watch in its own time. */
  readonly alive: (kind: Kind) => void
  readonly signal: AbortSignal
}

/** Until the first of its watches is broken. */
const followAll = (session: Session, watching: Watching): Promise<void> =>
  Promise.race(kinds.map((kind) => follow(session, kind, watching)))

/** Watches one kind until a watch of the session is broken; never rejects. */
async function follow(session: Session, kind: Kind, { seen, nowMs, alive, signal }: Watching): Promise<void> {
  const until = AbortSignal.any([signal, session.over.signal])
  while (!until.aborted) {
    const whole = await watchOnce(session, kind, until, (type, object) => {
      session.versions[kind] = object.metadata?.resourceVersion ?? session.versions[kind]
      if (type !== 'BOOKMARK') seen.changed({ kind, object } as WatchedObject, type === 'DELETED', nowMs())
      alive(kind)
    }).catch(() => false)
    if (!whole) session.over.abort()
    else alive(kind)
  }
}

type OnObject = (type: string, object: WatchedObject['object']) => void

/** True when the server ended it in its own time. */
async function watchOnce(
  { config, versions }: Session,
  kind: Kind,
  signal: AbortSignal,
  onObject: OnObject,
): Promise<boolean> {
  const { Watch } = await import('@kubernetes/client-node')
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const query = { resourceVersion: versions[kind], allowWatchBookmarks: true, timeoutSeconds: watchSeconds }
  let isBroken = false
  const take = (type: string, object: WatchedObject['object']): void => {
    // Such as 410: the version is too old.
    if (type === 'ERROR') isBroken = true
    else onObject(type, object)
  }
  const startedMs = performance.now()
  const limit = AbortSignal.any([signal, AbortSignal.timeout(hangsMs)])
  // A server that dies may close the connection as if it were done.
  const isDone = (error: unknown) => !error && !isBroken && performance.now() - startedMs > 1000 * (watchSeconds - 0.5)
  const request = await new Watch(config).watch(paths[kind], query, take, (error) => resolve(isDone(error)))
  const abort = () => {
    request.abort()
    resolve(false)
  }
  if (limit.aborted) abort()
  else limit.addEventListener('abort', abort, { once: true })
  try {
    return await promise
  } finally {
    limit.removeEventListener('abort', abort)
    request.abort()
  }
}
