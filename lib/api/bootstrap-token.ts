import { randomInt } from 'node:crypto'
import { limitMs } from '../engine/time-limits.ts'
import { bash, runScript, type Script } from '../shell/bash.ts'
import { clusterInfoSignatures } from './cluster-info.ts'
import { adminConfFunction, askApi, kubeFunction, serverUrl } from './kube-api.ts'
import type { ClusterState } from '../model.ts'
import { waitFor } from '../engine/wait.ts'
import { workDir } from '../shell/work-dir.ts'

/**
 * `$config`, for kubeadm on the first control plane: a super-admin kubeconfig for this machine's own API server, because
 * a load balancer may not route to it yet. It is removed when the script ends.
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

/**
 * Creates a token for half an hour, and registers it among what the repair holds. It is made here, so that none comes from a machine; a secret nevertheless: keep it in memory, and
 * pass it on through standard input only.
 * @param configWith kubeadm's configuration file, with this token to be created
 */
export async function createBootstrapToken(
  cluster: ClusterState,
  configWith: (bootstrapToken: string) => string,
  signal: AbortSignal,
): Promise<string> {
  const token = `${randomWord(6)}.${randomWord(16)}`
  cluster.learned.holds.set(holdOf(token), {
    until: 'within half an hour, by itself',
    release: (limit) => deleteBootstrapToken(cluster, token, limit),
  })
  const script = bash`
${ownKubeconfig(cluster)}
kubeadm token create --kubeconfig "$config" --config <(cat) > /dev/null
`
  await runScript(cluster.first.node, 'create a bootstrap token', script, { signal, input: configWith(token) })
  return token
}

const holdOf = (token: string) => `the bootstrap token ${tokenId(token)}`

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

function randomWord(length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('')
}

/** The part of a token that is not secret. */
function tokenId(token: string): string {
  return token.slice(0, 6)
}

/** Waits until the controller manager has signed cluster-info with the token: joining machines trust no other. */
export async function waitForSignature(cluster: ClusterState, token: string, signal: AbortSignal): Promise<void> {
  const isSigned = async () => (await clusterInfoSignatures(cluster, signal)).includes(tokenId(token))
  const options = { timeoutMs: limitMs(30_000, cluster.first), intervalMs: 200, signal }
  await waitFor('cluster-info is signed with the bootstrap token', isSigned, options)
}

export async function deleteBootstrapToken(cluster: ClusterState, token: string, signal: AbortSignal): Promise<void> {
  const script = bash`
${kubeFunction(cluster.first, cluster)}
kube delete secret --namespace kube-system --ignore-not-found ${`bootstrap-token-${tokenId(token)}`}
`
  await askApi(cluster.first, 'delete the bootstrap token', script, { signal })
  cluster.learned.holds.delete(holdOf(token))
}
