import type { Loss } from '../model/scenario.ts'
import type { Patience } from './observe-machines.ts'
import { apiServes, filesGone } from './proof-parts.ts'
import { proofBy, type ProofPart } from './prove.ts'
import { everyMachine, machinesOn, type Selection } from './selection.ts'

export interface LostSaKey extends Patience {
  readonly on: Extract<Selection, 'control-planes' | 'last-control-plane'>
  readonly files: readonly ('sa.key' | 'sa.pub')[]
}

/**
 * Control planes lose files of the service-account key. Nobody notices: API servers and controller managers have it in memory, until
 * the first of them restarts.
 */
export function saKey({ on, files, ...patience }: LostSaKey): Loss {
  const paths = files.map((file) => `/etc/kubernetes/pki/${file}`)
  const proof: readonly ProofPart[] = [...paths.map((path) => filesGone(path, on, patience)), apiServes()]
  const isLost = on === 'control-planes' && files.includes('sa.key')
  return {
    id: `${files.join('+')}:${on}`,
    title: `rm -f ${paths.join(' ')} on ${everyMachine(on)}`,
    provedBy: proof.map(({ title }) => title),
    // What has the key in memory must load the new one, and kubelets keep the tokens of the old one.
    replaces: isLost
      ? ['sa-key', 'api-server-processes', 'controller-manager-processes', 'kubelet-processes']
      : ['copied-files'],
    stillAccepted: isLost ? ['sa-key'] : [],
    supports: ({ controlPlanes }) =>
      on === 'last-control-plane' && controlPlanes === 1
        ? { ok: false, reason: 'there is no other control plane that has the key' }
        : { ok: true },
    async inject({ cluster, journal, signal }) {
      await Promise.all(
        machinesOn(cluster, on).map(async (machine) => {
          await machine.exec(['rm', '-f', ...paths], { timeoutMs: 30_000, signal })
          for (const path of paths) journal.append({ type: 'fault.files-removed', node: machine.name, path })
        }),
      )
    },
    prove: (context) => proofBy(proof, context),
  }
}
