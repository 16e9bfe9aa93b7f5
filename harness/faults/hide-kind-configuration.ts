import type { DrillContext } from '../model/context.ts'

/** What kind gave kubeadm; no machine outside of a drill has it. */
const path = '/kind/kubeadm.conf'

/**
 * Deletes on every machine the kubeadm configuration that only a cluster of kind's making has, so that no repair can rest on it. It is
 * not put back: kubeadm has no use for it after the cluster is made.
 */
export async function hideKindConfiguration({ cluster, journal, signal }: DrillContext): Promise<void> {
  await Promise.all(
    cluster.machines.map(async (machine) => {
      await machine.exec(['rm', '-f', path], { timeoutMs: 30_000, signal })
      journal.append({ type: 'input.hidden', node: machine.name, path })
    }),
  )
}
