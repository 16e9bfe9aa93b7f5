import { bash, runScript, type Script } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { kubeconfigFunctions, nameRotated } from '../pki/kubelet-conf.ts'
import { currentClientCertificate } from '../pki/assess-leaf-certs.ts'
import { certificateProblem } from '../pki/certificate-problem.ts'
import { shareCertificate } from '../pki/pem.ts'
import { reportBackups, backupFunctions } from '../shell/backup.ts'
import type { NodeState, ClusterState } from '../model.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { kubeletRenewed, kubeletRestartPending, stagedKubeletConf, workDir } from '../shell/work-dir.ts'

const kubeletConf = '/etc/kubernetes/kubelet.conf'

/** The configuration with which kubeadm's unit starts kubelet. */
export const kubeletConfigFile = '/var/lib/kubelet/config.yaml'
const kubeletPki = '/var/lib/kubelet/pki'

/**
 * The identity of a kubelet; certificates as PEM, empty where there is none, times in whole seconds of that machine's
 * clock.
 */
export interface KubeletState {
  /** The CA in its kubelet.conf, by which it verifies the API server. */
  readonly trustedCa: string
  /**
   * Its client certificate: the one that kubelet.conf names, else its own rotated one, because kubelet prefers that to
   * the one in kubelet.conf.
   */
  readonly clientCertificate: string
  /** Its client CA file, by which it verifies its callers. */
  readonly callersCa: string
  /** Its files were replaced, and it was not restarted since (`kubeletRestartPending`). */
  readonly restartPending: boolean
  /** 0 where no kubelet runs. */
  readonly startedAt: number
}

/** Prints when kubelet was last started, in seconds since 1970, even if it no longer runs. */
export const kubeletStart = bash`date -d "$(systemctl show kubelet --property ActiveEnterTimestamp --value)" +%s`

/** The same, and 0 where no kubelet runs. */
export const kubeletStartOrZero = bash`systemctl is-active --quiet kubelet && ${kubeletStart} || echo 0`

export async function kubeletState(host: NodeState, signal: AbortSignal): Promise<KubeletState> {
  const script = bash`
${emitFunction}
${kubeconfigFunctions}
{ embedded ${kubeletConf} certificate-authority-data; named ${kubeletConf} certificate-authority; } | emit trusted-ca
current=$(path_of ${kubeletConf} client-certificate)
if [ -z "$current" ]; then current=${currentClientCertificate}; fi
if [ -s "$current" ]; then
  sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' "$current"
else
  embedded ${kubeletConf} client-certificate-data
fi | emit client-certificate
{ sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' ${host.facts.clientCaFile} 2>/dev/null || true; } | emit callers-ca
if [ -e ${kubeletRestartPending} ]; then echo yes | emit restart-pending; fi
{ ${kubeletStartOrZero}; } | emit started-at
`
  const { stdout } = await runScript(host.node, 'read the identity of kubelet', script, { signal })
  const text = parseFields(stdout)
  return {
    trustedCa: text('trusted-ca'),
    clientCertificate: text('client-certificate'),
    callersCa: text('callers-ca'),
    restartPending: text('restart-pending') !== '',
    startedAt: Number(text('started-at')),
  }
}

/** The same as it will be once a plan has brought back the CA file of a control plane, where kubelet verifies its callers by that. */
export async function plannedKubeletState(
  { learned, config }: ClusterState,
  host: NodeState,
  signal: AbortSignal,
): Promise<KubeletState> {
  const state = await kubeletState(host, signal)
  const ca = learned.restored?.get('ca.crt')
  if (ca === undefined || host.node.role !== 'control-plane') return state
  return host.facts.clientCaFile === `${config.certificatesDir}/ca.crt` ? { ...state, callersCa: ca } : state
}

/** KubeletState's `startedAt` alone, for frequent polls. */
export async function kubeletStartedAt({ node }: NodeState, signal: AbortSignal): Promise<number> {
  const { stdout } = await runScript(node, 'read when kubelet started', kubeletStartOrZero, { public: true, signal })
  return Number(stdout)
}

/**
 * Whether a kubelet has certificates of this CA. One that does not run has them as well: new ones would not start it, and an
 * operator may have stopped it. The time of its kubelet.conf says nothing: a kubelet that joins
 * by TLS bootstrap writes that file itself after its start (kubelet, certificate/bootstrap), and so does `kubeadm init
 * phase kubelet-finalize`. Both CA files may hold more CAs, which an operator added.
 */
export function belongsTo(ca: string, state: KubeletState, now: Date): boolean {
  return (
    shareCertificate(state.trustedCa, ca) &&
    shareCertificate(state.callersCa, ca) &&
    certificateProblem(state.clientCertificate, ca, now) === undefined &&
    !state.restartPending
  )
}

/** Why a kubelet must not be restarted: one that runs would not come back, and one that does not run would not start. */
export const withoutConfig = `${kubeletConfigFile} is missing, without which kubelet does not start; bring it back from a backup, or from a machine of the same kind`

/** Rejects where a kubelet would not start. */
function requireConfig({ facts, node }: NodeState): void {
  if (facts.lacksKubeletConfig) throw new Error(`kubelet on ${node.name} is left as it is: ${withoutConfig}`)
}

/**
 * Gives a kubelet its new identity and restarts it; its containers keep running. A staged kubeconfig is installed,
 * otherwise the one in place is used. Where that holds a client certificate, kubelet's own rotated one is backed up:
 * kubelet prefers it to kubelet.conf until it expires, whoever signed it.
 * @param options before: more to do on the machine just before the restart, in the same script; leaveStopped: one that an
 * operator stopped gets the identity, and stays stopped
 */
export async function restartKubelet(
  context: RecoveryContext,
  cluster: ClusterState,
  host: NodeState,
  { before = bash``, leaveStopped = false }: { readonly before?: Script; readonly leaveStopped?: boolean } = {},
): Promise<void> {
  requireConfig(host)
  const { clientCaFile } = host.facts
  const script = bash`
shopt -s nullglob
${backupFunctions(cluster.stamp)}
mkdir -p ${workDir}
touch ${[kubeletRestartPending, kubeletRenewed]}
if [ -s ${stagedKubeletConf} ]; then
  copy_to_backup ${kubeletConf}
  mkdir -p "$(dirname ${kubeletConf})"
  mv ${stagedKubeletConf} ${kubeletConf}
fi
mkdir -p "$(dirname ${clientCaFile})"
ca=$(sed -n 's/^ *certificate-authority-data: //p' ${kubeletConf} | base64 -d)
without_space() { tr -d '[:space:]'; }
# A client CA file that holds this CA stays: an operator may have added others to it.
if [[ "$(without_space < ${clientCaFile} 2> /dev/null || true)" != *"$(without_space <<< "$ca")"* ]]; then
  copy_to_backup ${clientCaFile}
  printf '%s\n' "$ca" > ${clientCaFile}.new
  chmod 0644 ${clientCaFile}.new
  mv ${clientCaFile}.new ${clientCaFile}
fi
# Only where kubelet.conf holds a certificate itself: one that names kubelet-client-current.pem would name nothing then.
if grep -q client-certificate-data ${kubeletConf}; then move_to_backup ${kubeletPki}/kubelet-client-*; fi
${host.facts.servesByRequest ? bash`move_to_backup ${kubeletPki}/kubelet-server-*` : bash``}
${before}
if ${leaveStopped ? bash`[ "$(systemctl show kubelet --property ActiveState --value)" != inactive ]` : bash`true`}; then
  systemctl restart kubelet
fi
rm ${kubeletRestartPending}
`
  const result = await runScript(host.node, 'give kubelet its new identity', script, {
    public: true,
    signal: context.signal,
  })
  reportBackups(context, host.node.name, result)
}

/**
 * The serving certificate that a kubelet got from the cluster, as PEM; empty while there is none, and undefined where the
 * repair gave that kubelet no new identity.
 */
export async function servingCertificate(host: NodeState, signal: AbortSignal): Promise<string | undefined> {
  const script = bash`
${emitFunction}
if [ -e ${kubeletRenewed} ]; then echo yes | emit renewed; fi
if [ -s ${kubeletPki}/kubelet-server-current.pem ]; then
  sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' ${kubeletPki}/kubelet-server-current.pem | emit certificate
fi
`
  const { stdout } = await runScript(host.node, 'read the serving certificate of kubelet', script, { signal })
  const text = parseFields(stdout)
  return text('renewed') === '' ? undefined : text('certificate')
}

/** Restarts a kubelet that already has its identity, so that it syncs every pod again. */
export async function restartKubeletAsItIs(host: NodeState, signal: AbortSignal): Promise<void> {
  requireConfig(host)
  await runScript(host.node, 'restart kubelet', bash`systemctl restart kubelet`, { public: true, signal })
}

/**
 * Whether kubelet.conf names the certificate that kubelet rotates, rather than embedding one. One that the repair did not
 * issue counts as named: what it embeds is an operator's choice.
 */
export type Rotation = 'named' | 'rotated but not named' | 'not rotated yet'

export async function rotation(host: NodeState, signal: AbortSignal): Promise<Rotation> {
  const script = bash`
${emitFunction}
{
  if [ ! -e ${kubeletRenewed} ] || ! grep -q client-key-data ${kubeletConf}; then echo 'named'
  elif [ -s ${currentClientCertificate} ]; then echo 'rotated but not named'
  else echo 'not rotated yet'; fi
} | emit rotation
`
  const { stdout } = await runScript(host.node, 'read the certificate rotation of kubelet', script, {
    public: true,
    signal,
  })
  return parseFields(stdout)('rotation') as Rotation
}

/**
 * Lets kubelet.conf name kubelet's own rotated certificate instead of embedding one, as `kubeadm init phase
 * kubelet-finalize` does: a kubelet that starts after the embedded one has expired would need a bootstrap file that is
 * long gone.
 */
export async function nameRotatedCertificate(host: NodeState, signal: AbortSignal): Promise<void> {
  const script = bash`
new=/etc/kubernetes/.kubelet.conf.new
umask 077
${nameRotated} ${kubeletConf} > "$new"
touch -r ${kubeletConf} "$new"
mv "$new" ${kubeletConf}
`
  await runScript(host.node, 'name the rotated certificate in kubelet.conf', script, { public: true, signal })
}
