import { parse } from 'yaml'
import { z } from 'zod'
import { parseFields, emitFunction } from '../../../lib/shell/script-output.ts'
import { bash, runScript } from '../../../lib/shell/bash.ts'
import type { CollectAt, DrillContext, Machine } from '../../model/model.ts'
import { collectOnce } from '../../observe/collect-once.ts'
import { certificateFields, kubeconfigFields } from './credential-fields.ts'
import { fieldsOf, type Fields } from './fields-of.ts'
import { momentOf, momentSchema } from '../../observe/moment.ts'

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

const manifests = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map(
  (name) => `/etc/kubernetes/manifests/${name}.yaml`,
)
const certificates = [
  'apiserver',
  'apiserver-kubelet-client',
  'apiserver-etcd-client',
  'front-proxy-client',
  'etcd/server',
  'etcd/peer',
  'etcd/healthcheck-client',
].map((name) => `/etc/kubernetes/pki/${name}.crt`)
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
  return collectOnce(context, `configuration-${when}`, async (): Promise<Configuration> => {
    const moment = momentOf(context)
    const { machines } = context.cluster
    const seen = machines.map((machine) => filesSaying(machine, context.signal))
    return { ...moment, machines: await Promise.all(seen) }
  })
}

async function filesSaying(machine: Machine, signal: AbortSignal): Promise<Configuration['machines'][number]> {
  const paths = [...filesOf(machine.role), superAdmin, ...kubeletFiles, rotated]
  // Nothing that opens anything leaves the machine: certificates are public, of kubeconfigs keys and tokens are left out.
  const script = bash`
${emitFunction}
for path in ${paths}; do
  if [ -e "$path" ]; then
    echo yes | emit "there:$path"
    sed -e '/PRIVATE KEY/,/PRIVATE KEY/d' -e '/^ *\(client-key-data\|token\|password\):/d' "$path" | emit "$path"
  fi
done
`
  const { stdout } = await runScript(machine, 'read what manifests, certificates and kubeconfigs say', script, {
    secret: true,
    timeoutMs: 30_000,
    signal,
  })
  const text = parseFields(stdout)
  const there = paths.filter((path) => path !== rotated && text(`there:${path}`) !== '')
  const files = there.map((path) => [path, said(path, text(path), text(rotated))] as const)
  return { node: machine.name, role: machine.role, files: Object.fromEntries(files) }
}

function said(path: string, text: string, rotatedPem: string): Fields | null {
  try {
    if (path.endsWith('.crt')) return certificateFields(text)
    if (path.endsWith('.conf')) return kubeconfigFields(text, rotatedPem)
    return path.endsWith('.env') ? { text } : fieldsOf(parse(text))
  } catch {
    return null
  }
}
