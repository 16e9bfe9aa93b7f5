import { randomBytes } from 'node:crypto'
import type { Cluster, Machine } from '../model/cluster.ts'
import type { DrillContext } from '../model/context.ts'
import type { Loss } from '../model/scenario.ts'
import { leafCertificates, type SharedFile } from '../observe/control-plane-files.ts'
import { observeMachines, type Patience } from './observe-machines.ts'
import { apiServes, kubeletsDown } from './proof-parts.ts'
import { proofBy, type ProofPart } from './prove.ts'
import { everyMachine, machinesOn, type Role } from './selection.ts'

/** What holds certificates on a machine, and the CA of each. */
type Holders = readonly { readonly path: string; readonly ca: SharedFile }[]

const ofKubelet: Holders = ['/etc/kubernetes/kubelet.conf', '/var/lib/kubelet/pki/kubelet-client-current.pem'].map(
  (path) => ({ path, ca: 'ca.crt' }),
)
const ofControlPlane: Holders = [
  ...Object.entries(leafCertificates).map(([file, ca]) => ({ path: `/etc/kubernetes/pki/${file}`, ca })),
  ...['admin', 'super-admin', 'controller-manager', 'scheduler'].map((name) => ({
    path: `/etc/kubernetes/${name}.conf`,
    ca: 'ca.crt' as const,
  })),
  ...ofKubelet,
]

/** `certificate_in PATH`, for scripts: the certificate in a file or embedded in a kubeconfig, as base64 of PEM; nothing where there is none. */
const certificateIn = `certificate_in() {
  case $1 in
    *.conf) sed -n 's/^ *client-certificate-data: //p' "$1" ;;
    *) sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' "$1" | base64 -w 0 ;;
  esac 2>/dev/null || true
}`

const readScript = (paths: readonly string[]) => `${certificateIn}
for path in ${paths.join(' ')}; do
  certificate=$(certificate_in "$path")
  if [ -n "$certificate" ]; then echo "$path $certificate"; fi
done`

/** openssl keeps subject, key and extensions of a certificate that it signs again. */
const signScript = `cd /etc/kubernetes/pki
while read -r path ca serial certificate; do
  signed=$(base64 -d <<< "$certificate" | openssl x509 -CA "$ca.crt" -CAkey "$ca.key" -set_serial "0x$serial" \\
    -not_before 20240101000000Z -not_after 20250101000000Z 2>/dev/null | base64 -w 0)
  echo "$path $signed"
done`

/** Each gets its place by a rename: who reads it now finds the old one or the new one. */
const writeScript = `umask 077
while read -r path certificate; do
  target=$(readlink -f "$path")
  case $path in
    *.conf) sed "s|client-certificate-data: .*|client-certificate-data: $certificate|" "$target" ;;
    *.pem) base64 -d <<< "$certificate"; sed '/BEGIN CERTIFICATE/,/END CERTIFICATE/d' "$target" ;;
    *) base64 -d <<< "$certificate" ;;
  esac > "$target.new"
  chmod --reference "$target" "$target.new"
  mv "$target.new" "$target"
done`

/** Ends what has read its kubeconfig long ago; kubelet starts it again at once, and it reads the expired one. */
const restartScript = `for name in kube-controller-manager kube-scheduler; do
  old=$(crictl ps --quiet --state Running --name "^$name$")
  crictl stop --timeout 0 "$old" > /dev/null
  for attempt in $(seq 100); do
    new=$(crictl ps --quiet --name "^$name$")
    if [ -n "$new" ] && [ "$new" != "$old" ]; then break; fi
    sleep 0.2
  done
done`

const bash = (script: string): [string, ...string[]] => ['bash', '-c', `set -euo pipefail\n${script}`]

/**
 * As after a year without a renewal: every leaf certificate of the machines is one of the same CA, key, subject and usages whose time
 * is over, and what reads its certificate at its start only has been started since. Only certificates leave a machine, no key.
 */
export function expiredCertificates({ on, ...patience }: Patience & { readonly on: Role }): Loss {
  const holders = on === 'workers' ? ofKubelet : ofControlPlane
  const proof: readonly ProofPart[] = [allExpired(holders, on, patience), kubeletsDown(on, patience), apiServes()]
  return {
    id: `expired-certificates:${on}`,
    title: `certificates on ${everyMachine(on)} are replaced by ones that have expired, and their readers restarted`,
    provedBy: proof.map(({ title }) => title),
    // etcd and API servers read their files again; controller managers and schedulers have read theirs.
    replaces:
      on === 'workers'
        ? ['worker-kubelets']
        : [
            'control-plane-certificates',
            'kubeconfigs',
            'control-plane-kubelets',
            'controller-manager-processes',
            'scheduler-processes',
          ],
    supports: ({ workers }) =>
      on === 'workers' && workers === 0 ? { ok: false, reason: 'there is no worker to lose anything' } : { ok: true },
    async inject(context) {
      const { cluster, journal, signal } = context
      // Signed everywhere before the first is written: later no API server may be asked to wait for it.
      const signed = await Promise.all(
        machinesOn(cluster, on).map(async (machine) => ({
          machine,
          lines: await expire(cluster, machine, holders, signal),
        })),
      )
      await Promise.all(
        signed.map(async ({ machine, lines }) => {
          await machine.exec(bash(writeScript), { input: lines, timeoutMs: 30_000, signal })
          for (const [, path] of lines.matchAll(/^(\S+) /gm))
            journal.append({ type: 'fault.certificate-expired', node: machine.name, path })
          if (on === 'control-planes') await machine.exec(bash(restartScript), { timeoutMs: 60_000, signal })
          await machine.exec(['systemctl', 'restart', '--no-block', 'kubelet'], { timeoutMs: 30_000, signal })
          journal.append({ type: 'fault.kubelet-restarted', node: machine.name })
        }),
      )
    },
    prove: (context) => proofBy(proof, context),
  }
}

/** The machine's certificates, signed again with a time that is over: lines of path and base64. The first control plane signs. */
async function expire(cluster: Cluster, machine: Machine, holders: Holders, signal: AbortSignal): Promise<string> {
  const read = await machine.exec(bash(readScript(holders.map(({ path }) => path))), { timeoutMs: 30_000, signal })
  const lines = [...read.stdout.matchAll(/^(\S+) (\S+)$/gm)].map(([, path = '', certificate = '']) => {
    const ca = holders.find((holder) => holder.path === path)?.ca ?? 'ca.crt'
    return `${path} ${ca.replace('.crt', '')} ${randomBytes(8).toString('hex')} ${certificate}\n`
  })
  const [signer] = cluster.controlPlanes
  if (!signer || lines.length === 0) throw new Error(`${machine.name} has no certificate that could expire`)
  const { stdout } = await signer.exec(bash(signScript), { input: lines.join(''), timeoutMs: 60_000, signal })
  return stdout
}

/** Every certificate there is has expired, by openssl and the clock of its machine. */
function allExpired(holders: Holders, on: Role, patience: Patience): ProofPart {
  const script = `${certificateIn}
for path in ${holders.map(({ path }) => path).join(' ')}; do
  certificate=$(certificate_in "$path")
  if [ -n "$certificate" ] && echo "$certificate" | base64 -d | openssl x509 -noout -checkend 0 > /dev/null; then echo "$path"; fi
done`
  return {
    title: `every certificate has expired on ${everyMachine(on)}`,
    observe: (context: DrillContext) =>
      observeMachines(context, {
        ...patience,
        on,
        event: 'fault.certificates-observed',
        script,
        left: (paths) => `${paths.slice(0, 3).join(', ')}${paths.length > 3 ? ' and more' : ''} still valid`,
        gone: 'every certificate has expired',
      }),
  }
}
