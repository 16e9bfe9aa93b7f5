import { bash, runScript } from './bash.ts'
import { onEach } from './each.ts'
import { getRaw, kubeFunction } from './kube-api.ts'
import { kubeletState } from './kubelet.ts'
import { podsIn, type Pod } from './pods.ts'
import type { Host, Site } from './site.ts'
import { waitFor } from './wait.ts'

/** The API clients that a cluster cannot do without, and which of them still run as they did before the repair. */
export interface ApiClients {
  /** kube-proxy and the network's daemons. */
  readonly daemons: readonly Pod[]
  readonly dns: readonly Pod[]
  readonly isRestarted: (pod: Pod) => boolean
}

/** A client is restarted when its containers are younger than the kubelet that brought it its new token. */
export async function apiClients(site: Site, signal: AbortSignal): Promise<ApiClients> {
  const kubelets = await onEach(
    site.machines,
    async (host) => [host.node.name, await kubeletState(host, signal)] as const,
  )
  const startedAt = new Map(kubelets.map(([name, state]) => [name, state.startedAt]))
  const [pods, dns] = await getRaw(
    site.first,
    site,
    ['/api/v1/pods', '/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dkube-dns'],
    signal,
  )
  const clients = (list: Pod[]) =>
    list.filter(({ running, tokenFiles, node }) => running && tokenFiles.length > 0 && startedAt.has(node))
  return {
    daemons: clients(podsIn(pods)).filter(({ isNodeDaemon }) => isNodeDaemon),
    dns: clients(podsIn(dns)),
    isRestarted: ({ containers, node }) =>
      containers.every((container) => container.startedAt >= (startedAt.get(node) ?? 0)),
  }
}

/** Stops the pods' containers; kubelet starts them again in the same sandbox, at once the first time. */
export async function restartInPlace(host: Host, pods: readonly Pod[], signal: AbortSignal): Promise<void> {
  const ids = pods.flatMap(({ containers }) => containers.map(({ id }) => id)).filter((id) => id !== '')
  const names = pods.map(({ name }) => name).join(', ')
  await runScript(host.node, `restart ${names} in place`, bash`crictl stop --timeout 1 ${ids}`, { signal })
}

/** Waits until the pods' containers are others than those given, and run. Returns the pods as they are then. */
export async function waitForSuccessors(site: Site, before: readonly Pod[], signal: AbortSignal): Promise<Pod[]> {
  const old = new Set(before.flatMap(({ containers }) => containers.map(({ id }) => id)))
  const uids = new Set(before.map(({ uid }) => uid))
  return waitFor(
    `${before.map(({ name }) => name).join(', ')} run again`,
    async () => {
      const [list] = await getRaw(site.first, site, ['/api/v1/pods'], signal)
      const now = podsIn(list).filter(({ uid }) => uids.has(uid))
      const missing = now.filter(({ containers }) =>
        containers.some(({ id, startedAt }) => old.has(id) || startedAt === 0),
      )
      if (missing.length > 0) throw new Error(`not yet: ${missing.map(({ name }) => name).join(', ')}`)
      return now
    },
    { timeoutMs: 60_000, intervalMs: 250, signal },
  )
}

/** Asks the pod itself whether it is ready, through the API server: kubelet's own look may be one probe period (10 s) behind. */
export async function waitUntilServing(site: Site, pod: Pod, signal: AbortSignal): Promise<void> {
  if (!pod.readiness) return
  const { port, path } = pod.readiness
  const script = bash`
${kubeFunction(site.first, site)}
deadline=$((SECONDS + 60))
until answer=$(kube get --raw ${`/api/v1/namespaces/${pod.namespace}/pods/${pod.name}:${port}/proxy${path}`} 2>&1); do
  if [ "$SECONDS" -ge "$deadline" ]; then printf '%s\n' "$answer" >&2; exit 1; fi
  sleep 0.2
done
`
  await runScript(site.first.node, `wait until ${pod.name} serves`, script, { signal, timeoutMs: 90_000 })
}
