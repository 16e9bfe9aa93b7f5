import { bash, runScript, type Script } from '../../shell/bash.ts'
import { adminConfFunction, askApi, getRaw, kubeFunction, serverUrl } from '../../api/kube-api.ts'
import { objectAt, stringAt } from '../../engine/json.ts'
import type { ClusterState } from '../../model.ts'
import { waitFor } from '../../engine/wait.ts'
import { workDir } from '../../shell/work-dir.ts'

/**
 * `$config`, for kubeadm on the first control plane: a kubeconfig of super-admin that asks this machine's own API
 * server, because a balancer may not have found it yet. It is removed when the script ends.
 */
export function ownKubeconfig(cluster: ClusterState): Script {
  return bash`
${adminConfFunction}
umask 077
mkdir -p ${workDir}
config=$(mktemp ${workDir}/kubeconfig.XXXXXX)
trap 'rm -f "$config"' EXIT
sed ${`s#^\\( *server: \\).*#\\1${serverUrl(cluster.first, cluster)}#`} "$(admin_conf)" > "$config"
`
}

/** Makes a token for half an hour. It is a secret: keep it in memory, and hand it on through standard input only. */
export async function makeBootstrapToken(cluster: ClusterState, signal: AbortSignal): Promise<string> {
  const script = bash`
${ownKubeconfig(cluster)}
kubeadm token create --kubeconfig "$config" --ttl 30m --description 'repair of the control plane'
`
  const { stdout } = await runScript(cluster.first.node, 'make a bootstrap token', script, { signal, secret: true })
  const token = stdout.trim().split('\n').at(-1) ?? ''
  if (!/^[a-z0-9]{6}\.[a-z0-9]{16}$/.test(token)) throw new Error('kubeadm token create gave no token')
  return token
}

/** The part of a token that is no secret. */
export function tokenId(token: string): string {
  return token.slice(0, 6)
}

/** Waits until the controller manager has signed cluster-info with the token: machines that join believe no other. */
export async function waitForSignature(cluster: ClusterState, token: string, signal: AbortSignal): Promise<void> {
  const path = '/api/v1/namespaces/kube-public/configmaps/cluster-info'
  await waitFor(
    'cluster-info is signed with the bootstrap token',
    async () => {
      const [found] = await getRaw(cluster.first, cluster, [path], signal)
      return stringAt(objectAt(found ?? {}, 'data'), `jws-kubeconfig-${tokenId(token)}`) !== undefined
    },
    { timeoutMs: 30_000, intervalMs: 200, signal },
  )
}

export async function deleteBootstrapToken(cluster: ClusterState, token: string, signal: AbortSignal): Promise<void> {
  const script = bash`
${kubeFunction(cluster.first, cluster)}
kube delete secret --namespace kube-system --ignore-not-found ${`bootstrap-token-${tokenId(token)}`}
`
  await askApi(cluster.first, 'delete the bootstrap token', script, signal)
}
