import { limitS } from '../engine/time-limits.ts'
import { bash, runScript, type Script } from '../shell/bash.ts'
import { waitFunction } from '../shell/wait-function.ts'
import { manifestFunction } from '../static-pods/manifests.ts'
import { heldComponents } from '../leader-election/leases.ts'
import { PreconditionError } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { askApi, kubeFunction, serverUrl } from '../api/kube-api.ts'
import { stringAt } from '../engine/json.ts'
import { reportBackups, backupFunctions } from '../shell/backup.ts'
import type { NodeState, ClusterState } from '../model.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { caCertHash } from '../pki/pem.ts'
import { kubeletRenewed, workDir } from '../shell/work-dir.ts'
import { joinConfiguration, kubeletArgsIn } from '../kubeadm/join-configuration.ts'

const configFile = '/var/lib/kubelet/config.yaml'
const patches = `${workDir}/kubelet-patches`
const joinFile = `${workDir}/join.yaml`
const flagsFile = '/var/lib/kubelet/kubeadm-flags.env'

/**
 * kubeadm refuses to join a machine whose Node says Ready, and without a node controller a silent Node says so for
 * ever. Throws PreconditionError where a full controller manager may lead: it would remove an Unknown Node's pods from
 * their Services.
 */
export async function markNodesUnknown(
  cluster: ClusterState,
  hosts: readonly NodeState[],
  signal: AbortSignal,
): Promise<void> {
  const full = await forEachNode(cluster.controlPlanes, async (host) => {
    const { node } = host
    const script = bash`
${emitFunction}
${manifestFunction(host)}
if [ -e "$(manifest_of kube-controller-manager)" ]; then echo yes; fi | emit full
`
    const { stdout } = await runScript(node, 'check for a full controller manager', script, { public: true, signal })
    return parseFields(stdout)('full') === 'yes' ? [node.name] : []
  })
  if (full.flat().length > 0 && !(await heldComponents(cluster, signal)).includes('kube-controller-manager')) {
    throw new PreconditionError(
      `the controller manager on ${full.flat().join(', ')} is a full one and may lead: it would evict the pods of a Node that is marked Unknown now`,
      { reason: 'controller-manager-leads' },
    )
  }
  const condition = {
    type: 'Ready',
    status: 'Unknown',
    reason: 'KubeletJoinsAgain',
    message: 'its kubelet is being given a new identity',
  }
  const patch = JSON.stringify({ status: { conditions: [condition] } })
  const script = bash`
${kubeFunction(cluster.first, cluster)}
for node in ${hosts.map(({ node }) => node.name)}; do
  kube patch node "$node" --subresource status --type strategic --patch ${patch}
done
`
  await askApi(cluster.first, 'mark silent Nodes Unknown', script, { signal })
}

/**
 * Lets a kubelet get its identity with a bootstrap token, by the phases of `kubeadm join`; its containers keep running.
 * kubeadm keeps an existing ca.crt, so the old one is backed up; and it rewrites kubelet's configuration and flags from
 * the cluster's defaults, so the machine's own are passed to it and restored byte for byte. The script waits for the
 * certificate itself, before the token is deleted: kubelet-wait-bootstrap of 1.36 does so on control planes only.
 */
export async function joinKubelet(
  context: RecoveryContext,
  cluster: ClusterState,
  host: NodeState,
  token: string,
): Promise<void> {
  const { signal } = context
  const ca = await clusterCa(cluster)
  const { args, criSocket } = await kubeletSettings(host, signal)
  const endpoint =
    stringAt(cluster.config.cluster, 'controlPlaneEndpoint') ??
    serverUrl(cluster.first, cluster).replace('https://', '')
  const input = joinConfiguration(cluster.config.apiVersion, {
    name: host.node.name,
    discovery: {
      endpoint: /:\d+$/.test(endpoint) ? endpoint : `${endpoint}:${cluster.config.bindPort}`,
      caCertHash: caCertHash(ca),
    },
    token,
    kubeletArgs: args,
    patches,
    ...(criSocket === undefined ? {} : { criSocket }),
  })
  const script = joinScript(cluster, host)
  const result = await runScript(host.node, 'join kubelet with a bootstrap token', script, {
    signal,
    input,
    timeoutMs: 180_000,
  })
  reportBackups(context, host.node.name, result)
}

/** kubeadm's phase, around it what it must not change; the join configuration is the script's input. */
function joinScript({ stamp }: ClusterState, host: NodeState): Script {
  const { clientCaFile, servesByRequest } = host.facts
  return bash`
shopt -s nullglob
${waitFunction}
${backupFunctions(stamp)}
mkdir -p ${patches}
touch ${kubeletRenewed}
(umask 077; cat > ${joinFile})
kept=$(mktemp -d ${workDir}/kubelet.XXXXXX)
trap 'rm -rf ${joinFile} ${patches} "$kept"' EXIT
for file in ${[configFile, flagsFile]}; do
  if [ -e "$file" ]; then copy_to_backup "$file"; cp -a "$file" "$kept"; fi
done
cp ${configFile} ${patches}/kubeletconfiguration+merge.yaml
move_to_backup /etc/kubernetes/kubelet.conf /etc/kubernetes/bootstrap-kubelet.conf /etc/kubernetes/pki/ca.crt
move_to_backup /var/lib/kubelet/pki/kubelet-client-*
${servesByRequest ? bash`move_to_backup /var/lib/kubelet/pki/kubelet-server-*` : bash``}
kubeadm join phase kubelet-start --config ${joinFile} >&2
has_certificate() { [ -s /etc/kubernetes/kubelet.conf ] && [ -s /var/lib/kubelet/pki/kubelet-client-current.pem ]; }
wait_until ${limitS(60, host)} 0.1 has_certificate || true
if [ ! -s /etc/kubernetes/kubelet.conf ]; then echo 'kubelet got no certificate with the token' >&2; exit 1; fi
rm -f /etc/kubernetes/bootstrap-kubelet.conf
if [ ! ${clientCaFile} -ef /etc/kubernetes/pki/ca.crt ]; then
  copy_to_backup ${clientCaFile}
  install -m 0644 /etc/kubernetes/pki/ca.crt ${clientCaFile}
fi
for file in ${[configFile, flagsFile]}; do
  was=$kept/$(basename "$file")
  if [ -e "$was" ] && ! cmp --silent "$was" "$file"; then cp -a "$was" "$file"; changed=yes; fi
done
if [ -n "\${changed-}" ]; then systemctl restart kubelet; fi
`
}

/** The machine's own flags and runtime socket. */
async function kubeletSettings(host: NodeState, signal: AbortSignal) {
  const script = bash`
${emitFunction}
{ cat ${flagsFile} 2>/dev/null || true; } | emit flags
{ sed -n 's/^containerRuntimeEndpoint: *//p' ${configFile} | tr -d '"' || true; } | emit socket
`
  const { stdout } = await runScript(host.node, 'read the flags of kubelet', script, { signal })
  const text = parseFields(stdout)
  const args = kubeletArgsIn(text('flags'))
  const socket = args.find(([name]) => name === 'container-runtime-endpoint')?.[1] ?? text('socket')
  return { args, criSocket: socket === '' ? undefined : socket }
}
