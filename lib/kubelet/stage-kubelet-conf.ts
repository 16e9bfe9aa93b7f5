import { nodeConfigOf } from '../kubeadm/node-configs.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { hasJoined, renameAsJoined, withNewIdentity } from '../pki/kubelet-conf.ts'
import { shareCertificate } from '../pki/pem.ts'
import { publicHalfFunctions } from '../pki/public-half.ts'
import { bash, runScript, type Script } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { openReceiver, sealFunction, unsealFunction } from '../shell/sealed.ts'
import { kubeadmConfigPath, stagedKubeletConf, workDir } from '../shell/work-dir.ts'

const kubeletConf = '/etc/kubernetes/kubelet.conf'

/**
 * Signs a kubeconfig for a machine's kubelet on the first control plane and stages it on the machine. No TLS bootstrap:
 * that needs a running controller manager, and kubeadm refuses it on a Node that still says Ready.
 */
export async function stageKubeletConf(cluster: ClusterState, host: NodeState, signal: AbortSignal): Promise<void> {
  const user = `system:node:${host.node.name}`
  const isControlPlane = host.node.role === 'control-plane'
  const receiver = await openReceiver(host.node, signal)
  const sign = bash`
${emitFunction}
${sealFunction(receiver)}
${
  isControlPlane
    ? signAsOnControlPlane(host)
    : bash`conf=$(kubeadm kubeconfig user --config ${kubeadmConfigPath} --org system:nodes --client-name ${user})`
}
printf '%s\n' "$conf" | sed -n 's/^ *client-key-data: *//p' | seal | emit sealed
printf '%s\n' "$conf" | sed 's/client-key-data: .*/client-key-data: ${sealedKey}/' | emit conf
`
  const [{ stdout }, before] = await Promise.all([
    runScript(cluster.first.node, `sign a kubeconfig for ${user}`, sign, {
      signal,
      ...(isControlPlane ? { input: nodeConfigOf(cluster, host) } : {}),
    }),
    isControlPlane ? '' : ownKubeconfig(host, signal),
  ])
  const store = bash`
${unsealFunction(receiver)}
trap 'rm -rf ${receiver.directory}' EXIT
umask 077
mkdir -p ${workDir}
read -r sealed
conf=$(cat)
key=$(base64 -d <<< "$sealed" | unseal)
printf '%s\n' "\${conf/${sealedKey}/"$key"}" > ${stagedKubeletConf}.new
mv ${stagedKubeletConf}.new ${stagedKubeletConf}
`
  const text = parseFields(stdout)
  const sealed = Buffer.from(text('sealed')).toString('base64')
  const input = `${sealed}\n${isControlPlane ? text('conf') : withNewIdentity(before, text('conf'))}`
  await runScript(host.node, 'stage the kubeconfig of kubelet', store, { signal, input })
}

/** Stands for a key that travels sealed. */
const sealedKey = 'THE_KEY_THAT_IS_SEALED'

/** The kubeconfig that a kubelet has, without secrets; '' where there is none. */
async function ownKubeconfig({ node }: NodeState, signal: AbortSignal): Promise<string> {
  const script = bash`
${emitFunction}
${publicHalfFunctions}
public_conf ${kubeletConf} kubelet.conf
printf '%s' "$shown" | emit conf
`
  const { stdout } = await runScript(node, 'read the kubeconfig of kubelet', script, { signal })
  return parseFields(stdout)('conf')
}

/** As kubeadm makes it on that control plane itself, whose kubelet may use its own API server (ControlPlaneKubeletLocalMode). */
const signAsOnControlPlane = (host: NodeState): Script => bash`
umask 077
made=$(mktemp -d -p /dev/shm drill-recovery.XXXXXX)
trap 'rm -rf "$made"' EXIT
cat > "$made/config.yaml"
kubeadm init phase kubeconfig kubelet --kubeconfig-dir "$made" --config "$made/config.yaml" >&2
${hasJoined(host) ? bash`conf=$made/kubelet.conf; ${renameAsJoined(host)}` : bash``}
conf=$(cat "$made/kubelet.conf")
`

/** Whether a kubeconfig of this CA is staged on a machine. */
export async function isStaged(host: NodeState, ca: string, signal: AbortSignal): Promise<boolean> {
  const script = bash`
if [ -s ${stagedKubeletConf} ]; then
  sed -n 's/^ *certificate-authority-data: //p' ${stagedKubeletConf} | base64 -d
fi
`
  const { stdout } = await runScript(host.node, 'check for a staged kubeconfig', script, { signal })
  return shareCertificate(stdout, ca)
}
