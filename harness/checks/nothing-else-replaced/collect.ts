import { z } from 'zod'
import type { CollectAt } from '../../model/check.ts'
import type { Machine } from '../../model/cluster.ts'
import type { DrillContext } from '../../model/context.ts'
import { momentOf, momentSchema } from '../../observe/collecting.ts'

export const identitiesSchema = momentSchema.extend({
  machines: z.array(
    z.object({
      node: z.string(),
      role: z.enum(['control-plane', 'worker']),
      files: z.record(z.string(), z.string()).describe('SHA-256 by path; links are followed'),
      kubelet: z
        .object({ pid: z.string(), started: z.string().describe('Microseconds on the monotonic clock of the host') })
        .nullable()
        .describe('null: it does not run'),
    }),
  ),
})
export type Identities = z.infer<typeof identitiesSchema>

/**
 * Stores evidence `identities-<when>`: the sum of every file of kubeadm and kubelet on every machine, and which process its kubelet is.
 * The containers of the static pods are in evidence `pods-<when>`.
 */
export function collectIdentities(context: DrillContext, when: CollectAt): Promise<void> {
  return context.evidence.once(`identities-${when}`, async (): Promise<Identities> => {
    const moment = momentOf(context)
    const { machines } = context.cluster
    return { ...moment, machines: await Promise.all(machines.map((machine) => identityOf(machine, context.signal))) }
  })
}

const script = `
find -L /etc/kubernetes /var/lib/kubelet/pki /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env -type f \
  -exec sha256sum {} + 2>/dev/null || true
systemctl show kubelet --property=MainPID --property=ExecMainStartTimestampMonotonic`

async function identityOf(machine: Machine, signal: AbortSignal): Promise<Identities['machines'][number]> {
  // The sums include those of private keys; like the files they stay out of the record of commands.
  const { stdout } = await machine.exec(['sh', '-c', script], { timeoutMs: 20_000, signal })
  return { node: machine.name, role: machine.role, ...identityIn(stdout) }
}

/** Parses lines of sha256sum and of systemctl show. */
export function identityIn(text: string): Pick<Identities['machines'][number], 'files' | 'kubelet'> {
  const sums = [...text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)].map(([, sum = '', path = '']) => [path, sum] as const)
  const pid = /^MainPID=(\d+)$/m.exec(text)?.[1] ?? '0'
  const started = /^ExecMainStartTimestampMonotonic=(\d+)$/m.exec(text)?.[1] ?? '0'
  return { files: Object.fromEntries(sums), kubelet: pid === '0' ? null : { pid, started } }
}
