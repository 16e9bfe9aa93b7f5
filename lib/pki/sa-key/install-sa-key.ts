import { forEachNode } from '../../engine/for-each-node.ts'
import type { RecoveryContext } from '../../engine/step.ts'
import { nodeConfigOf } from '../../kubeadm/node-configs.ts'
import type { ClusterState, NodeState } from '../../model.ts'
import { backupFunctions, reportBackups } from '../../shell/backup.ts'
import { bash, runScript } from '../../shell/bash.ts'
import { emitFunction, parseFields } from '../../shell/script-output.ts'
import { openReceiver, sealFunction, unsealFunction, type Receiver } from '../../shell/sealed.ts'
import { sharedCertsCreated, workDir } from '../../shell/work-dir.ts'
import type { SaKeyAssessment, SaKeyInstall } from './assess-sa-key.ts'

type Distribution = Extract<SaKeyAssessment, { kind: 'distribute' }>

/**
 * `install_pair`, for scripts in the certificates' directory that have the backup functions: sa.key.new and sa.pub.new,
 * as far as they are there, get their places by renames. sa.key first: an API server that starts in between signs with
 * the new key and does not verify by it, and its JWKS shows that to the next run.
 */
const installPair = bash`
install_pair() {
  if [ -e sa.key.new ]; then
    copy_to_backup "$PWD/sa.key"
    mv -T sa.key.new sa.key
  fi
  if [ -e sa.pub.new ]; then
    copy_to_backup "$PWD/sa.pub"
    chmod 0644 sa.pub.new
    mv -T sa.pub.new sa.pub
  fi
}
`

/**
 * Lets kubeadm make a new key on the first control plane: of the kind that the cluster's configuration asks for, and in
 * memory until it is complete.
 * @param behind lines for sa.pub, behind the new public key
 * @param revokes the old key is accepted no more, so that clients may be rejected
 */
export async function createSaKey(
  context: RecoveryContext,
  cluster: ClusterState,
  { behind, revokes }: { readonly behind: string; readonly revokes: boolean },
): Promise<void> {
  const { first, config } = cluster
  const script = bash`
${backupFunctions(cluster.stamp)}
${installPair}
umask 077
mkdir -p ${workDir}
${revokes ? bash`echo sa.key >> ${sharedCertsCreated}` : bash``}
made=$(mktemp -d -p /dev/shm drill-recovery.XXXXXX)
trap 'rm -rf "$made" sa.key.new sa.pub.new' EXIT
sed "s#DIRECTORY_OF_THE_NEW_KEY#$made#" > "$made/kubeadm.yaml"
kubeadm init phase certs sa --config "$made/kubeadm.yaml" >&2
# As kubeadm makes it: others than root read certificates there.
(umask 022; mkdir -p ${config.certificatesDir})
cd ${config.certificatesDir}
{ cat "$made/sa.pub"; printf '%s' ${behind}; } > sa.pub.new
cat "$made/sa.key" > sa.key.new
install_pair
touch sa.key
`
  const elsewhere = {
    config: { ...config, cluster: { ...config.cluster, certificatesDir: 'DIRECTORY_OF_THE_NEW_KEY' } },
  }
  const input = nodeConfigOf(elsewhere, first)
  const title = 'create the service-account key'
  const result = await runScript(first.node, title, script, { signal: context.signal, input })
  reportBackups(context, first.node.name, result)
}

/** Brings the key, sealed, and its public half to the control planes that lack them; what they had is backed up. */
export async function distributeSaKey(
  context: RecoveryContext,
  cluster: ClusterState,
  { from, installs }: Distribution,
): Promise<void> {
  const source = cluster.controlPlanes.find(({ node }) => node.name === from) ?? cluster.first
  await forEachNode(installs, async (install) => {
    const host = cluster.controlPlanes.find(({ node }) => node.name === install.name)
    if (!host) return
    const copy = install.key ? await sealSaKey(source, host, cluster, context.signal) : undefined
    await installSaKey(context, cluster, host, { ...install, copy })
  })
}

/** The private key, as only one machine can open it. */
interface SealedSaKey {
  readonly receiver: Receiver
  readonly sealed: string
  /** When it was written, as `touch --date` takes it. */
  readonly writtenAt: string
}

async function sealSaKey(
  source: NodeState,
  host: NodeState,
  { config: { certificatesDir } }: ClusterState,
  signal: AbortSignal,
): Promise<SealedSaKey> {
  const receiver = await openReceiver(host.node, signal)
  const script = bash`
${emitFunction}
${sealFunction(receiver)}
stat -c @%.3Y ${certificatesDir}/sa.key | emit written-at
seal < ${certificatesDir}/sa.key | emit sealed
`
  const title = 'seal the service-account key for another control plane'
  const text = parseFields((await runScript(source.node, title, script, { signal })).stdout)
  return { receiver, sealed: text('sealed'), writtenAt: text('written-at') }
}

/** A copy keeps the time of the original: a controller manager that started after it has loaded the same key. */
async function installSaKey(
  context: RecoveryContext,
  cluster: ClusterState,
  host: NodeState,
  { publicText, reason, copy }: SaKeyInstall & { readonly copy: SealedSaKey | undefined },
): Promise<void> {
  const script = bash`
${backupFunctions(cluster.stamp)}
${installPair}
${copy ? unsealFunction(copy.receiver) : bash``}
(umask 022; mkdir -p ${cluster.config.certificatesDir})
umask 077
cd ${cluster.config.certificatesDir}
trap 'rm -rf sa.key.new sa.pub.new ${copy?.receiver.directory ?? []}' EXIT
# Of a repair that was killed.
rm -f sa.key.new sa.pub.new
${copy ? bash`unseal > sa.key.new; touch --date ${copy.writtenAt} sa.key.new` : bash``}
${publicText === undefined ? bash`` : bash`printf '%s' ${publicText} > sa.pub.new`}
install_pair
`
  const options = { public: true, signal: context.signal, input: copy?.sealed ?? '' }
  const result = await runScript(host.node, 'install the service-account key', script, options)
  const reasons = ['sa.key', 'sa.pub'].map((file) => [`${cluster.config.certificatesDir}/${file}`, reason] as const)
  reportBackups(context, host.node.name, result, new Map(reasons))
}
