import { isManifest } from '../static-pods/is-manifest.ts'
import { bash, runScript, type Script } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { PreconditionError } from '../engine/errors.ts'
import { hasJoined, kubeconfigFunctions, nameRotated, renameAsJoined } from './kubelet-conf.ts'
import { returningCa } from './cluster-ca.ts'
import { certificatesIn, shareCertificate } from './pem.ts'
import { halvesIn, publicHalfFunctions, withHalves } from './public-half.ts'
import { makeManifests, manifestFunction, stageManifests } from '../static-pods/manifests.ts'
import { reportBackups, backupFunctions } from '../shell/backup.ts'
import type { CaFile, NodeState, ClusterState } from '../model.ts'
import { components } from '../static-pods/components.ts'
import type { RecoveryContext } from '../engine/step.ts'
import {
  expiredKubeconfigOf,
  kubeadmConfigPath,
  kubeletRestartPending,
  stagedManifestsDir,
  workDir,
} from '../shell/work-dir.ts'
import {
  assessLeafCerts,
  currentClientCertificate,
  kubeconfigs,
  leafCerts,
  type WrongFile,
} from './assess-leaf-certs.ts'

/**
 * The certificates, kubeconfigs and staged manifests of a control plane that must be issued. Private keys are judged by their public
 * halves; a key without its certificate need not be.
 */
export async function wrongFiles(host: NodeState, cluster: ClusterState, signal: AbortSignal): Promise<WrongFile[]> {
  const { certificatesDir } = cluster.config
  const cas = ['ca.crt', 'front-proxy-ca.crt', 'etcd/ca.crt']
  const certificates = leafCerts.flatMap(([file]) => [file, file.replace(/crt$/, 'key')])
  const script = bash`
${emitFunction}
${kubeconfigFunctions}
${publicHalfFunctions}
${manifestFunction(host)}
for file in ${[...cas, ...certificates]}; do
  path=${certificatesDir}/$file
  case $file in
    *.key) if [ -s "$path" ] && [ -s "\${path%key}crt" ]; then add_key_file "$file" "$path"; fi ;;
    *) certificates_in "$path" | emit "$file" ;;
  esac
done
for file in ${kubeconfigs}; do
  if [ ! -e /etc/kubernetes/"$file" ]; then continue; fi
  echo yes | emit "there:$file"
  public_conf /etc/kubernetes/"$file" "$file"
  printf '%s' "$shown" | emit "$file"
  if [[ $shown == *certificate-authority:* ]]; then
    named /etc/kubernetes/"$file" certificate-authority | emit "trusted:$file"
  fi
done
for file in ${components}; do
  manifest=$(manifest_of "$file")
  if [ -e "$manifest" ]; then echo "$manifest" | emit "there:$file"; fi
  { cat "$manifest" 2>/dev/null || true; } | emit "manifest:$file"
  if [ ${stagedManifestsDir}/"$file.yaml" -nt ${kubeadmConfigPath} ]; then echo yes | emit "$file"; fi
done
if [ -s ${currentClientCertificate} ]; then
  certificates_in ${currentClientCertificate} | emit kubelet-client
  add_key_file kubelet-client ${currentClientCertificate}
fi
print_halves | emit halves
`
  const printed = parseFields((await runScript(host.node, 'read the leaf certificates', script, { signal })).stdout)
  const halves = halvesIn(printed('halves'))
  const read = (name: string) => {
    if (name.endsWith('.key')) return halves.get(name) ?? ''
    const shown = printed(name)
    return name === 'kubelet-client' ? `${shown}\n${halves.get(name) ?? ''}` : withHalves(shown, halves)
  }
  // A copy of it that is lost or damaged here comes back before anything is judged by it.
  const text = (name: string) => {
    const kept = returningCa(cluster, name as CaFile)
    return kept === undefined || shareCertificate(read(name), kept) ? read(name) : kept
  }
  // kubelet runs none of these, and another step would take them for running manifests.
  const damaged = components.filter(
    (component) => text(`there:${component}`) !== '' && !isManifest(text(`manifest:${component}`)),
  )
  // A manifest that kubelet can run stays as it is, so nothing has to be staged for it.
  const unstaged = components.filter(
    (component) => !text(component) && (text(`there:${component}`) === '' || damaged.includes(component)),
  )
  const { address, node } = host
  const wrong = [
    ...assessLeafCerts(text, { name: node.name, address }, certificatesDir, new Date()),
    ...damaged.map((component): WrongFile => ({ path: text(`there:${component}`), problem: 'unreadable' })),
    ...unstaged.map((component): WrongFile => ({
      path: `${stagedManifestsDir}/${component}.yaml`,
      problem: 'missing',
    })),
  ]
  const isSigned = ({ path }: WrongFile) => /\.(crt|conf)$/.test(path)
  if (wrong.some(isSigned))
    for (const file of cas) refuseBundle(text(file), `${certificatesDir}/${file} on ${node.name}`)
  return wrong
}

/**
 * kubeadm signs with the first certificate of a CA file, and gives no other to the kubeconfigs that it makes. Throws
 * PreconditionError for a file with several, such as in a rotation that is half done.
 */
function refuseBundle(text: string, where: string): void {
  const { length } = certificatesIn(text)
  if (length <= 1) return
  throw new PreconditionError(
    `${where} holds ${length} certificates, and kubeadm would use the first alone; nothing was changed: end the rotation of the CA, or keep further CAs in a file of their own, and start again`,
    { reason: 'ca-bundle' },
  )
}

/**
 * The kubeadm jobs run in parallel, because each is mostly one thread generating keys, and only those of which anything is wrong:
 * to make manifests kubeadm needs no CA.
 */
export async function issueCertificates(
  context: RecoveryContext,
  cluster: ClusterState,
  host: NodeState,
  wrong: readonly WrongFile[],
): Promise<void> {
  const replaced = kubeconfigs.filter((file) => wrong.some(({ path }) => path === `/etc/kubernetes/${file}`))
  const joined = hasJoined(host)
  const keepsIdentity = wrong.some((file) => file.keepsIdentity)
  // It grants everything. A joined control plane never had it, and beside a whole admin.conf an operator removed it.
  const added = !joined && replaced.includes('admin.conf') ? ['super-admin.conf'] : []
  const certificates = bash`kubeadm init phase certs all --config ${kubeadmConfigPath} >&2 & jobs+=($!)`
  const configs = bash`
(
${placeKubeconfig}
${noteExpired(wrong)}
kubeadm init phase kubeconfig all --kubeconfig-dir "$made" --config ${kubeadmConfigPath} >&2
${joined ? bash`conf=$made/kubelet.conf; ${renameAsJoined(host)}` : bash``}
${keepsIdentity ? bash`${nameRotated} -i "$made/kubelet.conf"` : bash``}
for file in ${replaced}; do place "$file"; done
${noteExpired(wrong)}
for file in ${added}; do if [ ! -e /etc/kubernetes/"$file" ]; then place "$file"; echo "/etc/kubernetes/$file" | emit made; fi; done
) & jobs+=($!)
`
  const script = bash`
jobs=()
${wrong.some(({ path }) => path.endsWith('.crt')) ? certificates : bash``}
${replaced.length > 0 ? configs : bash``}
(
${makeManifests(host)}
) & jobs+=($!)
for job in "\${jobs[@]}"; do wait "$job"; done
`
  await replaceWrong(context, { cluster, host, wrong, title: 'issue certificates and kubeconfigs', script })
}

/** The component that reads a kubeconfig, at its start only. */
const readers = {
  'controller-manager.conf': 'kube-controller-manager',
  'scheduler.conf': 'kube-scheduler',
} as const

/**
 * For who restarts what runs with an expired certificate. Noted before the new one is in place, so that a repair that is killed in
 * between leaves the note, and again afterwards: what started in between has read the old one.
 */
function noteExpired(wrong: readonly WrongFile[]): Script {
  return bash`
mkdir -p ${workDir}
for note in ${expiredReaders(wrong).map(expiredKubeconfigOf)}; do touch "$note"; done
`
}

/** The components whose kubeconfig has expired, so that they must be restarted once they have another. */
export function expiredReaders(wrong: readonly WrongFile[]): (typeof readers)[keyof typeof readers][] {
  const hasExpired = (file: string) =>
    wrong.some(({ path, problem }) => path === `/etc/kubernetes/${file}` && problem === 'expired')
  return Object.entries(readers).flatMap(([file, component]) => (hasExpired(file) ? [component] : []))
}

/**
 * `place FILE` gives a kubeconfig that was made in "$made" its place by a rename, so that no moment is without one:
 * where controller manager or scheduler are started in such a moment, kubelet makes an empty file (hostPath
 * FileOrCreate), or containerd a directory (internal/cri/opts/spec_linux_opts.go), and kubeadm fails on it.
 */
const placeKubeconfig = bash`
made=$(mktemp -d -p /dev/shm drill-recovery.XXXXXX)
trap 'rm -rf "$made"' EXIT
mkdir -p /etc/kubernetes
place() {
  # One that names kubelet's own certificate gives it no other identity.
  if [ "$1" = kubelet.conf ] && grep -q client-certificate-data "$made/$1"; then touch ${kubeletRestartPending}; fi
  install -m 0600 "$made/$1" "/etc/kubernetes/.$1"
  if [ -d "/etc/kubernetes/$1" ]; then rmdir "/etc/kubernetes/$1"; fi
  mv -T "/etc/kubernetes/.$1" "/etc/kubernetes/$1"
}
`

/** Only what etcd's CA signs for etcd itself, and the manifests; for a control plane that still lacks the other CAs. */
export async function issueEtcdLeaves(
  context: RecoveryContext,
  cluster: ClusterState,
  host: NodeState,
  wrong: readonly WrongFile[],
): Promise<void> {
  const script = bash`
for phase in etcd-server etcd-peer etcd-healthcheck-client; do
  kubeadm init phase certs "$phase" --config ${kubeadmConfigPath} >&2
done
${makeManifests(host)}
`
  await replaceWrong(context, { cluster, host, wrong, title: "issue etcd's certificates", script })
}

interface Making {
  readonly cluster: ClusterState
  readonly host: NodeState
  readonly wrong: readonly WrongFile[]
  readonly title: string
  readonly script: Script
}

/**
 * Backs up wrong files, then lets kubeadm make the missing ones; it keeps existing ones. Wrong kubeconfigs are only
 * copied, because the script replaces them.
 */
async function replaceWrong(context: RecoveryContext, { cluster, host, wrong, title, script }: Making): Promise<void> {
  const paths = wrong.map(({ path }) => path)
  const copied = paths.filter((path) => path.endsWith('.conf'))
  const moved = paths.filter((path) => !copied.includes(path))
  const backedUp = moved.flatMap((path) => (path.endsWith('.crt') ? [path, path.replace(/crt$/, 'key')] : [path]))
  const whole = bash`
${backupFunctions(cluster.stamp)}
move_to_backup ${backedUp}
copy_to_backup ${copied}
${script}
`
  const result = await runScript(host.node, title, whole, { signal: context.signal })
  const reasons = new Map(wrong.map(({ path, problem }) => [path, problem]))
  reportBackups(context, host.node.name, result, reasons)
  for (const path of linesOf(parseFields(result.stdout)('made'))) {
    const reason = 'it grants everything; kubeadm makes it on the first control plane'
    context.emit({ type: 'credential.made', node: host.node.name, path, reason })
  }
  await stageManifests(host, result.stdout, context.signal)
}
