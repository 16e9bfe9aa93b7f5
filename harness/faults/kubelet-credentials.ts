import type { Loss } from '../model/scenario.ts'
import { apiServes, filesGone, kubeletsDown } from './proof-parts.ts'
import type { Patience } from './observe-machines.ts'
import { proofBy, type ProofPart } from './prove.ts'
import { everyMachine, machinesOn, type Role } from './selection.ts'

const credentials = ['/var/lib/kubelet/pki', '/etc/kubernetes/kubelet.conf']
/** A kubelet that starts makes itself a serving certificate in /var/lib/kubelet/pki before it finds that it has no identity. */
const identity = ['/var/lib/kubelet/pki/kubelet-client*', '/etc/kubernetes/kubelet.conf']

export interface LostKubeletCredentials extends Patience {
  readonly on: Role
}

/**
 * The machines' kubelets lose their client certificate and kubeconfig, and are restarted, as after a reboot: a kubelet that runs keeps
 * its certificate in memory and would notice nothing until then.
 */
export function kubeletCredentials({ on, ...patience }: LostKubeletCredentials): Loss {
  const proof: readonly ProofPart[] = [
    ...identity.map((path) => filesGone(path, on, patience)),
    kubeletsDown(on, patience),
    apiServes(),
  ]
  return {
    id: `kubelet-credentials:${on}`,
    title: `rm -rf ${credentials.join(' ')} and a restart of kubelet on ${everyMachine(on)}`,
    provedBy: proof.map(({ title }) => title),
    replaces: [on === 'workers' ? 'worker-kubelets' : 'control-plane-kubelets'],
    supports: ({ workers }) =>
      on === 'workers' && workers === 0 ? { ok: false, reason: 'there is no worker to lose anything' } : { ok: true },
    async inject({ cluster, journal, signal }) {
      await Promise.all(
        machinesOn(cluster, on).map(async (machine) => {
          await machine.exec(['rm', '-rf', ...credentials], { timeoutMs: 30_000, signal })
          for (const path of credentials) journal.append({ type: 'fault.files-removed', node: machine.name, path })
          await machine.exec(['systemctl', 'restart', '--no-block', 'kubelet'], { timeoutMs: 30_000, signal })
          journal.append({ type: 'fault.kubelet-restarted', node: machine.name })
        }),
      )
    },
    prove: (context) => proofBy(proof, context),
  }
}
