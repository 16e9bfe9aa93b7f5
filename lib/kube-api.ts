import { bash, runScript, type Script } from './bash.ts'
import { isObject, type Json } from './kubeadm/operator-config.ts'
import type { Host, Site } from './site.ts'
import { waitFor } from './wait.ts'

/** This machine's own API server, rather than a balancer. */
export function serverUrl(host: Host, site: Site): string {
  const address = host.address.includes(':') ? `[${host.address}]` : host.address
  return `https://${address}:${site.config.bindPort}`
}

/**
 * `kube ARG…` for scripts on a control plane: kubectl as super-admin, at this machine's own API server.
 * super-admin.conf because admin.conf needs a ClusterRoleBinding from etcd; kubeadm before 1.29 has admin.conf only.
 */
export function kubeFunction(host: Host, site: Site): Script {
  return bash`
kube() {
  local config=/etc/kubernetes/super-admin.conf
  if [ ! -s "$config" ]; then config=/etc/kubernetes/admin.conf; fi
  kubectl --kubeconfig "$config" --server ${serverUrl(host, site)} --request-timeout 10s "$@"
}
`
}

/**
 * Asks the API with a script, again for up to 30 s when it fails: an API server that has just started, on a machine that is
 * busy, lets a request time out now and then. The script must be safe to run twice.
 */
export async function askApi(host: Host, title: string, script: Script, signal: AbortSignal): Promise<string> {
  const ask = async () => ({ stdout: (await runScript(host.node, title, script, { signal })).stdout })
  return (await waitFor(`the API answers on ${host.node.name}`, ask, { timeoutMs: 30_000, intervalMs: 150, signal }))
    .stdout
}

/** GET of several paths in one go, from a control plane's own API server. */
export async function getRaw(host: Host, site: Site, paths: readonly string[], signal: AbortSignal): Promise<Json[]> {
  const script = bash`
${kubeFunction(host, site)}
for path in ${paths}; do kube get --raw "$path"; echo; done
`
  const stdout = await askApi(host, `get ${paths.join(' ')}`, script, signal)
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => {
      const parsed: unknown = JSON.parse(line)
      return isObject(parsed) ? parsed : {}
    })
}

/** The items of a list from the API. */
export function items(list: Json | undefined): Json[] {
  const found = list?.['items']
  return Array.isArray(found) ? found.filter(isObject) : []
}
