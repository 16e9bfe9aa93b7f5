import { bash, runScript, type Script } from '../shell/bash.ts'
import { isObject, objectAt, stringAt, type Json } from '../kubeadm/kubeadm-config.ts'
import type { NodeState, ClusterState } from '../preflight/survey.ts'
import { waitFor } from '../engine/wait.ts'

/** This machine's own API server, rather than a balancer. */
export function serverUrl(host: NodeState, site: ClusterState): string {
  const address = host.address.includes(':') ? `[${host.address}]` : host.address
  return `https://${address}:${site.config.bindPort}`
}

/**
 * `admin_conf` for scripts on a control plane: prints the path of super-admin.conf, because admin.conf needs a
 * ClusterRoleBinding from etcd; of admin.conf where there is no other, as from kubeadm before 1.29.
 */
export const adminConfFunction = bash`
admin_conf() {
  if [ -s /etc/kubernetes/super-admin.conf ]; then echo /etc/kubernetes/super-admin.conf
  else echo /etc/kubernetes/admin.conf; fi
}
`

/** `kube ARG…` for scripts on a control plane: kubectl as super-admin, at this machine's own API server. */
export function kubeFunction(host: NodeState, site: ClusterState): Script {
  return bash`
${adminConfFunction}
kube() {
  kubectl --kubeconfig "$(admin_conf)" --server ${serverUrl(host, site)} --request-timeout 10s "$@"
}
`
}

/**
 * `get_raw PATH…`, a line for each, for scripts on a control plane: with curl where there is one, as the same user. That
 * takes a fifth of the processor time of kubectl, which matters while API servers start beside it. The key goes through a
 * pipe and into no file.
 */
export function getRawFunction(host: NodeState, site: ClusterState): Script {
  return bash`
${kubeFunction(host, site)}
in_admin_conf() { sed -n "s/^ *$1: //p" "$(admin_conf)" | base64 -d; }
get_with_curl() {
  local server=${serverUrl(host, site)}
  curl --silent --show-error --fail --fail-early --globoff --max-time 10 --user-agent kubectl --write-out '\n' \
    --cacert ${site.config.certificatesDir}/ca.crt \
    --cert <(in_admin_conf client-certificate-data) --key <(in_admin_conf client-key-data) "\${@/#/$server}"
}
get_raw() {
  local path
  if command -v curl > /dev/null; then get_with_curl "$@"; return; fi
  for path in "$@"; do kube get --raw "$path" || return; echo; done
}
`
}

/**
 * Asks the API with a script, again for up to 30 s when it fails: an API server that has just started, on a machine that is
 * busy, lets a request time out now and then. The script must be safe to run twice.
 */
export async function askApi(host: NodeState, title: string, script: Script, signal: AbortSignal): Promise<string> {
  const ask = async () => ({ stdout: (await runScript(host.node, title, script, { signal })).stdout })
  return (await waitFor(`the API answers on ${host.node.name}`, ask, { timeoutMs: 30_000, intervalMs: 150, signal }))
    .stdout
}

/** GET of several paths in one go, from a control plane's own API server. */
export async function getRaw(
  host: NodeState,
  site: ClusterState,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Json[]> {
  const script = bash`
${getRawFunction(host, site)}
get_raw ${paths}
`
  return objectsIn(await askApi(host, `get ${paths.join(' ')}`, script, signal))
}

/** Reads what get_raw prints, among other lines. */
export function objectsIn(output: string): Json[] {
  return output
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

/** Its metadata.name; '' where it has none. */
export function nameOf(object: Json): string {
  return stringAt(objectAt(object, 'metadata'), 'name') ?? ''
}
