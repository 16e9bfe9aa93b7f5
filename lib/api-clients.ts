import { bash, runScript } from './bash.ts'
import { onEach } from './each.ts'
import { getRaw } from './kube-api.ts'
import { kubeletState } from './kubelet.ts'
import { podsIn, type Pod } from './pods.ts'
import type { Host, Site } from './site.ts'
import { waitFor } from './wait.ts'

const dnsPods = '/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dkube-dns'

/**
 * The API clients that a cluster cannot do without and that still run as they did before the repair: kube-proxy and
 * the network's daemons, then the cluster's DNS. One is restarted when its containers are younger than the kubelet
 * that brought it its new token and CA.
 */
export async function apiClients(site: Site, signal: AbortSignal): Promise<Pod[]> {
  const [kubelets, [all, dns]] = await Promise.all([
    onEach(site.machines, async (host) => [host.node.name, (await kubeletState(host, signal)).startedAt] as const),
    getRaw(site.first, site, ['/api/v1/pods', dnsPods], signal),
  ])
  const startedAt = new Map(kubelets)
  const isOld = ({ running, tokenFiles, node, containers }: Pod) => {
    const kubelet = startedAt.get(node)
    return (
      running &&
      tokenFiles.length > 0 &&
      kubelet !== undefined &&
      containers.some((container) => container.startedAt < kubelet)
    )
  }
  return [...podsIn(all).filter(({ isNodeDaemon }) => isNodeDaemon), ...podsIn(dns)].filter(isOld)
}

/**
 * Kills the pods' containers; kubelet starts them again in the same sandbox, at once the first time. Asked politely,
 * CoreDNS would keep the 5 s of its lameduck mode, and be missing just as long afterwards.
 */
export async function restartInPlace(host: Host, pods: readonly Pod[], signal: AbortSignal): Promise<void> {
  const ids = pods.flatMap(({ containers }) => containers.map(({ id }) => id)).filter((id) => id !== '')
  const names = pods.map(({ name }) => name).join(', ')
  await runScript(host.node, `restart ${names} in place`, bash`crictl stop --timeout 0 ${ids}`, { signal })
}

/** Waits until the pods run in other containers than those given, and are Ready. */
export async function waitForSuccessors(site: Site, before: readonly Pod[], signal: AbortSignal): Promise<void> {
  const old = new Set(before.flatMap(({ containers }) => containers.map(({ id }) => id)))
  const uids = new Set(before.map(({ uid }) => uid))
  await waitFor(
    `${before.map(({ name }) => name).join(', ')} run again`,
    async () => {
      const [list] = await getRaw(site.first, site, ['/api/v1/pods'], signal)
      const now = podsIn(list).filter(({ uid }) => uids.has(uid))
      const missing = now.filter(({ ready, containers }) => !ready || containers.some(({ id }) => old.has(id)))
      if (missing.length > 0) throw new Error(`not yet: ${missing.map(({ name }) => name).join(', ')}`)
      return true
    },
    { timeoutMs: 90_000, intervalMs: 250, signal },
  )
}
