import type { Machine } from '../model/cluster.ts'
import type { DrillContext } from '../model/context.ts'
import type { Loss } from '../model/scenario.ts'
import { keyFileOf, type SharedFile } from '../observe/control-plane-files.ts'
import { caPublished } from './ca-published.ts'
import type { Patience } from './observe-machines.ts'
import { apiServes } from './proof-parts.ts'
import { proofBy, type ProofPart } from './prove.ts'
import { machinesOn } from './selection.ts'

const pki = '/etc/kubernetes/pki'
const on = 'last-control-plane'

interface Other {
  readonly id: string
  readonly title: string
  /** The phase of `kubeadm init phase certs` that makes it. */
  readonly phase: 'ca' | 'all'
  /** The CAs that differ then. */
  readonly cas: readonly SharedFile[]
}

/** kubeadm makes it beside the directory; nothing that it prints or makes leaves the machine. */
const injectScript = (phase: Other['phase']) => `set -euo pipefail
umask 077
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
kubeadm init phase certs ${phase} --cert-dir "$made" --kubernetes-version "$(kubeadm version -o short)" > /dev/null 2>&1
cp -a --remove-destination "$made"/. ${pki}`

type OtherPatience = Patience & { readonly port?: number }

/** Another CA on one of several control planes, with its key. Which of the two is in use, no file says. */
function otherCa({ id, title, phase, cas }: Other, { port, ...patience }: OtherPatience): Loss {
  const proof: readonly ProofPart[] = [...cas.map(caDiffers), apiServes(port), caPublished(patience)]
  return {
    id,
    title,
    provedBy: proof.map((part) => part.title),
    replaces: [],
    supports: ({ controlPlanes }) =>
      controlPlanes === 1 ? { ok: false, reason: 'there is no other control plane to differ from' } : { ok: true },
    async inject({ cluster, journal, signal }) {
      for (const machine of machinesOn(cluster, on)) {
        await machine.exec(['bash', '-c', injectScript(phase)], { timeoutMs: 60_000, signal })
        journal.append({ type: 'fault.files-replaced', node: machine.name, path: pki })
      }
    },
    prove: (context) => proofBy(proof, context),
  }
}

/** Whether a machine's CA and key fit together, and the fingerprint; nothing where it cannot say. */
async function lookAt(machine: Machine, ca: SharedFile, signal: AbortSignal) {
  const script = `set -euo pipefail
openssl x509 -in ${pki}/${ca} -noout -fingerprint -sha256
if [ "$(openssl x509 -in ${pki}/${ca} -noout -pubkey)" = "$(openssl pkey -in ${pki}/${keyFileOf(ca)} -pubout)" ]; then echo pair; fi`
  try {
    const { stdout } = await machine.exec(['bash', '-c', script], { timeoutMs: 20_000, signal })
    return { print: /Fingerprint=(\S+)/.exec(stdout)?.[1], isPair: /^pair$/m.test(stdout) }
  } catch {
    signal.throwIfAborted()
    return { print: undefined, isPair: false }
  }
}

/** The last control plane has a CA that no other has, and the key of it. */
function caDiffers(ca: SharedFile): ProofPart {
  return {
    title: `the last control plane has another ${ca} than the others, and its key`,
    async observe({ cluster, journal, signal }: DrillContext) {
      const seen = await Promise.all(
        cluster.controlPlanes.map(async (machine) => {
          const looked = await lookAt(machine, ca, signal)
          journal.append({ type: 'fault.ca-observed', node: machine.name, ca, ...looked })
          return { name: machine.name, ...looked }
        }),
      )
      const changed = seen.at(-1)
      const others = seen.slice(0, -1)
      if (!changed || others.length === 0) return { contradictions: [], unanswered: [], confirmed: [] }
      const same = others.filter(({ print }) => print !== undefined && print === changed.print)
      const unanswered = seen
        .filter(({ print }) => print === undefined)
        .map(({ name }) => `${name}: ${ca} cannot be read`)
      const contradictions = [
        ...same.map(({ name }) => `${changed.name}: ${ca} is the one of ${name}`),
        ...(changed.print !== undefined && !changed.isPair ? [`${changed.name}: the key of ${ca} is another's`] : []),
      ]
      const names = others.map(({ name }) => name).join(', ')
      const isSeen = unanswered.length === 0 && contradictions.length === 0
      return {
        contradictions,
        unanswered,
        confirmed: isSeen ? [`${changed.name} has another ${ca} than ${names}, and its key`] : [],
      }
    },
  }
}

/** Somebody made a CA on one control plane, as by a repair by hand. */
export const twoCas = (patience: OtherPatience = {}): Loss =>
  otherCa(
    {
      id: 'two-cas',
      title: 'another CA with its key in place of ca.crt and ca.key on the last control plane',
      phase: 'ca',
      cas: ['ca.crt'],
    },
    patience,
  )

/** A whole /etc/kubernetes/pki of before a change of the CAs: every CA, key and certificate is another, and all fit together. */
export const oldBackup = (patience: OtherPatience = {}): Loss =>
  otherCa(
    {
      id: 'old-backup',
      title: `${pki} of before a change of the CAs put back on the last control plane`,
      phase: 'all',
      cas: ['ca.crt', 'front-proxy-ca.crt', 'etcd/ca.crt'],
    },
    patience,
  )
