import { randomBytes } from 'node:crypto'
import { stringify } from 'yaml'
import { bash, runScript } from '../shell/bash.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { nodeConfigOf } from '../kubeadm/node-configs.ts'
import { askApi, kubeFunction, serverUrl } from '../api/kube-api.ts'
import type { NodeState, ClusterState } from '../model.ts'
import { clusterCa } from './cluster-ca.ts'
import { workDir } from '../shell/work-dir.ts'
import { deleteBootstrapToken, createBootstrapToken, ownKubeconfig } from '../api/bootstrap-token.ts'
import { joinConfiguration } from '../kubeadm/join-configuration.ts'

const held = 'the Secret kubeadm-certs, with the encrypted keys'

/**
 * Distributes the first control plane's shared certificates through the API, as `kubeadm init --upload-certs` and
 * `kubeadm join --control-plane` do: encrypted with a key that only this process and short-lived files hold. The upload
 * is deleted again.
 */
export async function uploadCerts(
  cluster: ClusterState,
  others: readonly NodeState[],
  signal: AbortSignal,
): Promise<void> {
  const certificateKey = randomBytes(32).toString('hex')
  const token = await createBootstrapToken(
    cluster,
    (bootstrapToken) => nodeConfigOf(cluster, cluster.first, { bootstrapToken }),
    signal,
  )
  cluster.learned.holds.set(held, {
    until: 'within 2 hours, by itself',
    release: (limit) => deleteUpload(cluster, limit),
  })
  try {
    await upload(cluster, certificateKey, signal)
    await forEachNode(others, (host) => download(cluster, host, { certificateKey, token }, signal))
  } finally {
    // Also where the repair was aborted.
    const limit = AbortSignal.timeout(10_000)
    await Promise.all([deleteUpload(cluster, limit), deleteBootstrapToken(cluster, token, limit)])
  }
}

async function upload(cluster: ClusterState, certificateKey: string, signal: AbortSignal): Promise<void> {
  const input = nodeConfigOf(cluster, cluster.first, { certificateKey })
  const script = bash`
${ownKubeconfig(cluster)}
file=$(mktemp ${workDir}/upload.XXXXXX)
trap 'rm -f "$config" "$file"' EXIT
cat > "$file"
kubeadm init phase upload-certs --upload-certs --skip-certificate-key-print --config "$file" --kubeconfig "$config" >&2
`
  await runScript(cluster.first.node, 'upload the shared certificates', script, { signal, input })
}

/** Discovery by file, because cluster-info may not be signed yet; the CA is pinned either way. */
async function download(
  cluster: ClusterState,
  host: NodeState,
  { certificateKey, token }: { readonly certificateKey: string; readonly token: string },
  signal: AbortSignal,
): Promise<void> {
  const discovery = `${workDir}/discovery.conf`
  const input = joinConfiguration(cluster.config.apiVersion, {
    name: host.node.name,
    discovery: { file: discovery },
    token,
    controlPlane: { address: host.address, port: cluster.config.bindPort, certificateKey },
  })
  const kubeconfig = await discoveryKubeconfig(cluster)
  const script = bash`
umask 077
mkdir -p ${workDir}
file=$(mktemp ${workDir}/join.XXXXXX)
trap 'rm -f "$file" ${discovery}' EXIT
printf '%s' ${kubeconfig} > ${discovery}
cat > "$file"
phase=(control-plane-prepare download-certs)
if ! kubeadm join phase control-plane-prepare --help | grep -q '^ *download-certs '; then
  mapfile -t phase < <(kubeadm join phase --help | awk '$1 ~ /download-certs/ { print $1 }')
fi
kubeadm join phase "\${phase[@]}" --config "$file" >&2
`
  await runScript(host.node, 'download the shared certificates', script, { signal, input })
}

async function discoveryKubeconfig(cluster: ClusterState): Promise<string> {
  const ca = Buffer.from(await clusterCa(cluster)).toString('base64')
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: '', cluster: { server: serverUrl(cluster.first, cluster), 'certificate-authority-data': ca } }],
  })
}

/** The Secret, and the token that kubeadm makes its owner so that it expires after two hours. */
async function deleteUpload(cluster: ClusterState, signal: AbortSignal): Promise<void> {
  const script = bash`
${kubeFunction(cluster.first, cluster)}
owners=$(kube get secret --namespace kube-system kubeadm-certs --ignore-not-found \
  --output go-template --template '{{range .metadata.ownerReferences}}{{.name}} {{end}}')
for secret in kubeadm-certs $owners; do kube delete secret --namespace kube-system --ignore-not-found "$secret"; done
`
  await askApi(cluster.first, 'delete the uploaded shared certificates', script, { signal })
  cluster.learned.holds.delete(held)
}
