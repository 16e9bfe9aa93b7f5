import { limitMs } from '../engine/time-limits.ts'
import { bash, runScript, type Script } from '../shell/bash.ts'
import { isObject, objectAt, objectsAt, stringAt } from '../engine/json.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import type { Json, NodeState, ClusterState } from '../model.ts'
import { waitFor } from '../engine/wait.ts'

/** This machine's own API server, not a load balancer. */
export function serverUrl(host: NodeState, cluster: ClusterState): string {
  const address = host.address.includes(':') ? `[${host.address}]` : host.address
  return `https://${address}:${cluster.config.bindPort}`
}

/**
 * `admin_conf` for scripts on a control plane: prints the path of super-admin.conf, because admin.conf depends on a
 * ClusterRoleBinding in etcd; of admin.conf where there is no other, as from kubeadm before 1.29.
 */
export const adminConfFunction = bash`
admin_conf() {
  if [ -s /etc/kubernetes/super-admin.conf ]; then echo /etc/kubernetes/super-admin.conf
  else echo /etc/kubernetes/admin.conf; fi
}
`

/**
 * `kube ARG…` for scripts on a control plane: kubectl as super-admin, at this machine's own API server. Its cache cannot be written:
 * who only reads leaves no file behind.
 */
export function kubeFunction(host: NodeState, cluster: ClusterState): Script {
  return bash`
${adminConfFunction}
kube() {
  kubectl --kubeconfig "$(admin_conf)" --server ${serverUrl(host, cluster)} --request-timeout 10s --cache-dir /dev/null "$@"
}
`
}

/**
 * `get_raw PATH…` for scripts on a control plane, a line for each path: with curl where there is one, as the same user.
 * That takes a fifth of kubectl's CPU time, which matters while API servers start beside it. The key goes through a pipe,
 * never into a file: it can be read once, for one connection, which API servers end only with HTTP/2 (--goaway-chance).
 * `curl_api ARG…` is such a curl, for requests of another kind.
 */
export function getRawFunction(host: NodeState, cluster: ClusterState): Script {
  return bash`
${kubeFunction(host, cluster)}
in_admin_conf() { sed -n "s/^ *$1: //p" "$(admin_conf)" | base64 -d; }
# In a plan ca.crt may be lost, and admin.conf still has it.
api_ca() { cat ${cluster.config.certificatesDir}/ca.crt 2> /dev/null || in_admin_conf certificate-authority-data; }
curl_api() {
  curl --http1.1 --silent --show-error --max-time 10 --user-agent kubectl --cacert <(api_ca) \
    --cert <(in_admin_conf client-certificate-data) --key <(in_admin_conf client-key-data) "$@"
}
get_with_curl() {
  local server=${serverUrl(host, cluster)}
  curl_api --fail --fail-early --globoff --write-out '\n' "\${@/#/$server}"
}
get_raw() {
  local path
  if command -v curl > /dev/null; then get_with_curl "$@"; return; fi
  for path in "$@"; do kube get --raw "$path" || return; echo; done
}
`
}

/**
 * `write_raw create|replace PATH` for scripts on a control plane: sends the object on standard input, with curl where there is one.
 * Fails where the API refuses it, and says why, in its words.
 */
export function writeRawFunction(host: NodeState, cluster: ClusterState): Script {
  return bash`
${getRawFunction(host, cluster)}
write_raw() {
  if ! command -v curl > /dev/null; then kube "$1" --raw "$2" --filename - > /dev/null; return; fi
  local method=PUT answer code
  if [ "$1" = create ]; then method=POST; fi
  # With --fail curl would keep the reason to itself.
  answer=$(curl_api --write-out '\n%{http_code}' --request "$method" --header 'Content-Type: application/json' \
    --data-binary @- ${serverUrl(host, cluster)}"$2") || return
  code=\${answer##*$'\n'}
  if [ "$code" -ge 400 ]; then echo "HTTP $code: \${answer%$'\n'*}" >&2; return 1; fi
}
`
}

/**
 * Asks the API with a script, and retries for up to 30 s: an API server that has just started on a busy machine lets a
 * request time out now and then. The script must be safe to run twice.
 */
export async function askApi(
  host: NodeState,
  title: string,
  script: Script,
  { signal }: { readonly signal: AbortSignal },
): Promise<string> {
  const ask = async () => ({ stdout: (await runScript(host.node, title, script, { signal })).stdout })
  return (
    await waitFor(`the API answers on ${host.node.name}`, ask, {
      timeoutMs: limitMs(30_000, host),
      intervalMs: 150,
      signal,
    })
  ).stdout
}

/**
 * GET of several paths in one go, from a control plane's own API server. What objects hold goes into no record: pods have
 * passwords in their environment.
 */
export async function getRaw(
  host: NodeState,
  cluster: ClusterState,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Json[]> {
  const script = bash`
${emitFunction}
${getRawFunction(host, cluster)}
get_raw ${paths} | emit objects
`
  return objectsIn(await askApi(host, `get ${paths.join(' ')}`, script, { signal }))
}

/** The objects that a script emitted with `get_raw PATH… | emit objects`, in the order of the paths. */
export function objectsIn(output: string): Json[] {
  return linesOf(parseFields(output)('objects')).map((line) => {
    const parsed: unknown = JSON.parse(line)
    return isObject(parsed) ? parsed : {}
  })
}

/** The items of a list from the API. */
export function items(list: Json | undefined): Json[] {
  return objectsAt(list ?? {}, 'items')
}

/** Its metadata.name; '' where it has none. */
export function nameOf(object: Json): string {
  return stringAt(objectAt(object, 'metadata'), 'name') ?? ''
}
