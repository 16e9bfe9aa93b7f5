import { loseMountedFiles } from '../cluster/mounted-files.ts'
import type { DrillContext, Fault, Machine } from '../model/model.ts'
import { apiRefusal, firstRefusal } from './api-refusal.ts'
import { observeControlPlane } from './control-plane-remains.ts'
import { proofOf, type Observed } from './lost-pki-proof.ts'

export interface LostPkiOptions {
  /** Of the API servers. */
  readonly port?: number
  /** How long the proof waits for the control plane to stop; kubelet looks for manifests every 20 s and gives an API server 30 s to end. */
  readonly timeoutMs?: number
  /** Between two looks at the machines. */
  readonly intervalMs?: number
}

/** Everything below /etc/kubernetes gone on every control plane at once. */
export function lostPki({ port = 6443, timeoutMs = 85_000, intervalMs = 1000 }: LostPkiOptions = {}): Fault {
  const observe = async ({ journal, signal }: DrillContext, machine: Machine): Promise<Observed> => {
    const remains = await observeControlPlane(machine, { timeoutMs, intervalMs, signal })
    journal.append({
      type: 'fault.control-plane-observed',
      node: machine.name,
      files: remains.files,
      sandboxes: remains.sandboxes,
    })
    const api = await apiRefusal({ address: machine.address, port, intervalMs: intervalMs / 5, signal })
    journal.append({ type: 'fault.api-dialed', node: machine.name, ...api })
    return { node: machine.name, ...remains, api }
  }
  return {
    id: 'lost-pki',
    title: 'rm -rf /etc/kubernetes on every control plane',
    destroys: [
      'every control plane: /etc/kubernetes/pki, with the keys of all CAs, the service-account keys and all certificates',
      'every control plane: /etc/kubernetes/manifests, so that kubelet stops etcd, API server, controller manager and scheduler',
      'every control plane: /etc/kubernetes/*.conf, the credentials of administrators, control plane and kubelet',
      'every control plane: the files that a kubeadm patch named (audit policy, encryption keys), until their operator restores them',
    ],
    supports: () => ({ ok: true }),
    async inject(context) {
      const { cluster, journal, signal } = context
      await Promise.all(
        cluster.controlPlanes.map(async (machine) => {
          await machine.exec(['rm', '-rf', '/etc/kubernetes'], { timeoutMs: 30_000, signal })
          journal.append({ type: 'fault.files-removed', node: machine.name, path: '/etc/kubernetes' })
        }),
      )
      await loseMountedFiles(context)
    },
    async prove(context) {
      const { cluster, journal, signal } = context
      const proved = new AbortController()
      const watching = AbortSignal.any([signal, proved.signal])
      const felt = Promise.any(
        cluster.controlPlanes.map(({ address }) =>
          firstRefusal({ address, port, intervalMs: intervalMs / 10, signal: watching }),
        ),
      ).then(
        () => void journal.append({ type: 'milestone.reached', milestone: 'detected' }),
        () => undefined,
      )
      const proof = proofOf(await Promise.all(cluster.controlPlanes.map((machine) => observe(context, machine))))
      proved.abort()
      await felt
      return proof
    },
  }
}
