import { parse } from 'yaml'
import { z } from 'zod'
import type { CollectAt } from '../../model/check.ts'
import type { DrillContext } from '../../model/context.ts'
import type { Machine } from '../../model/cluster.ts'
import { momentOf, momentSchema } from '../../observe/collecting.ts'
import { components, leafCertificates } from '../../observe/control-plane-files.ts'
import { certificateFields, kubeconfigFields } from './credential-fields.ts'
import { fieldsOf, type Fields } from './fields-of.ts'

export const configDriftSchema = momentSchema.extend({
  machines: z.array(
    z.object({
      node: z.string(),
      role: z.enum(['control-plane', 'worker']),
      files: z
        .record(z.string(), z.record(z.string(), z.string()).nullable())
        .describe(
          'What each file says, field by field, without keys and tokens; null: there, and not readable as what it is',
        ),
    }),
  ),
})
export type Configuration = z.infer<typeof configDriftSchema>

const manifests = components.map((name) => `/etc/kubernetes/manifests/${name}.yaml`)
const certificates = Object.keys(leafCertificates).map((file) => `/etc/kubernetes/pki/${file}`)
const kubeletConf = '/etc/kubernetes/kubelet.conf'
const kubeletConfig = '/var/lib/kubelet/config.yaml'
const kubeconfigs = [
  kubeletConf,
  ...['admin', 'controller-manager', 'scheduler'].map((name) => `/etc/kubernetes/${name}.conf`),
]
/** kubeadm makes it on the first control plane only. */
const superAdmin = '/etc/kubernetes/super-admin.conf'
/** Of the kubelet, as far as a machine has them. */
const kubeletFiles = ['/var/lib/kubelet/instance-config.yaml', '/var/lib/kubelet/kubeadm-flags.env'] as const
const rotated = '/var/lib/kubelet/pki/kubelet-client-current.pem'

/** The files that no machine of this role can work without. */
export const filesOf = (role: 'control-plane' | 'worker'): readonly string[] =>
  role === 'worker' ? [kubeletConf, kubeletConfig] : [...manifests, ...certificates, ...kubeconfigs, kubeletConfig]

/**
 * Stores evidence `configuration-<when>`: what the files of control plane and kubelets say, on every machine, so that what a repair made
 * can be compared with what was there.
 */
export function collectConfiguration(context: DrillContext, when: CollectAt): Promise<void> {
  return context.evidence.once(`configuration-${when}`, async (): Promise<Configuration> => {
    const moment = momentOf(context)
    const { machines } = context.cluster
    const seen = machines.map((machine) => configurationOf(machine, context.signal))
    return { ...moment, machines: await Promise.all(seen) }
  })
}

async function configurationOf(machine: Machine, signal: AbortSignal): Promise<Configuration['machines'][number]> {
  const paths = [...filesOf(machine.role), superAdmin, ...kubeletFiles, rotated]
  const { stdout } = await machine.exec(['bash', '-c', printFiles, 'read-configuration', ...paths], {
    timeoutMs: 30_000,
    signal,
  })
  const texts = filesIn(stdout)
  const files = paths.flatMap((path) => {
    const text = path === rotated ? undefined : texts.get(path)
    return text === undefined ? [] : [[path, fieldsIn(path, text, texts.get(rotated) ?? '')] as const]
  })
  return { node: machine.name, role: machine.role, files: Object.fromEntries(files) }
}

/**
 * Prints a line `<path> <base64>` for each of its arguments that is there. Nothing that opens anything leaves the machine:
 * certificates are public, of kubeconfigs keys and tokens are left out.
 */
export const printFiles = String.raw`set -euo pipefail
for path in "$@"; do
  if [ ! -e "$path" ]; then continue; fi
  text=$(sed -e '/PRIVATE KEY/,/PRIVATE KEY/d' -e '/^ *\(client-key-data\|token\|password\):/d' "$path" | base64 -w0)
  echo "$path $text"
done`

/** Parses lines `<path> <base64>`: the files that are there, an empty one too. */
export function filesIn(output: string): ReadonlyMap<string, string> {
  const lines = output.split('\n').filter(Boolean)
  return new Map(
    lines.map((line) => {
      const [path = '', data = ''] = line.split(' ')
      return [path, Buffer.from(data, 'base64').toString().trim()] as const
    }),
  )
}

function fieldsIn(path: string, text: string, rotatedPem: string): Fields | null {
  try {
    if (path.endsWith('.crt')) return certificateFields(text)
    if (path.endsWith('.conf')) return kubeconfigFields(text, rotatedPem)
    return path.endsWith('.env') ? { text } : fieldsOf(parse(text))
  } catch {
    return null
  }
}
