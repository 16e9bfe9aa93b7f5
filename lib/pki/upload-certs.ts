import { randomBytes } from 'node:crypto'
import { stringify } from 'yaml'
import { bash, runScript } from '../shell/bash.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { nodeConfigOf } from '../kubeadm/node-configs.ts'
import { askApi, kubeFunction, serverUrl } from '../api/kube-api.ts'
import type { NodeState, ClusterState } from '../preflight/survey.ts'
import { clusterCa } from './cluster-ca.ts'
import { workDir } from '../shell/work-dir.ts'
import { deleteBootstrapToken, makeBootstrapToken, ownKubeconfig } from '../kubelet/join/bootstrap-token.ts'
import { joinConfiguration } from '../kubelet/join/join-configuration.ts'

/**
 * Gives the first control plane's authorities to the others through the API, as `kubeadm init --upload-certs` and
 * `kubeadm join --control-plane` do: encrypted with a key that only this process and the files of the moment hold.
 * Nothing that was uploaded stays.
 */
export async function uploadCerts(
  site: ClusterState,
  others: readonly NodeState[],
  signal: AbortSignal,
): Promise<void> {
  const certificateKey = randomBytes(32).toString('hex')
  const token = await makeBootstrapToken(site, signal)
  try {
    await upload(site, certificateKey, signal)
    await forEachNode(others, (host) => download(site, host, { certificateKey, token }, signal))
  } finally {
    await forgetUpload(site, signal)
    await deleteBootstrapToken(site, token, signal)
  }
}

async function upload(site: ClusterState, certificateKey: string, signal: AbortSignal): Promise<void> {
  const input = nodeConfigOf(site, site.first, certificateKey)
  const script = bash`
${ownKubeconfig(site)}
file=$(mktemp ${workDir}/upload.XXXXXX)
trap 'rm -f "$config" "$file"' EXIT
cat > "$file"
kubeadm init phase upload-certs --upload-certs --skip-certificate-key-print --config "$file" --kubeconfig "$config" >&2
`
  await runScript(site.first.node, 'upload the authorities', script, { signal, secret: true, input })
}

/** By file and not by cluster-info, which nobody may have signed yet; the CA is pinned either way. */
async function download(
  site: ClusterState,
  host: NodeState,
  { certificateKey, token }: { readonly certificateKey: string; readonly token: string },
  signal: AbortSignal,
): Promise<void> {
  const discovery = `${workDir}/discovery.conf`
  const input = joinConfiguration(site.config.apiVersion, {
    name: host.node.name,
    discovery: { file: discovery },
    token,
    controlPlane: { address: host.address, port: site.config.bindPort, certificateKey },
  })
  const kubeconfig = await discoveryKubeconfig(site)
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
  await runScript(host.node, 'download the authorities', script, { signal, secret: true, input })
}

async function discoveryKubeconfig(site: ClusterState): Promise<string> {
  const ca = Buffer.from(await clusterCa(site)).toString('base64')
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: '', cluster: { server: serverUrl(site.first, site), 'certificate-authority-data': ca } }],
  })
}

/** The Secret, and the token that kubeadm makes its owner so that it goes after two hours. */
async function forgetUpload(site: ClusterState, signal: AbortSignal): Promise<void> {
  const script = bash`
${kubeFunction(site.first, site)}
owners=$(kube get secret --namespace kube-system kubeadm-certs --ignore-not-found \
  --output go-template --template '{{range .metadata.ownerReferences}}{{.name}} {{end}}')
for secret in kubeadm-certs $owners; do kube delete secret --namespace kube-system --ignore-not-found "$secret"; done
`
  await askApi(site.first, 'delete the uploaded authorities', script, signal)
}
