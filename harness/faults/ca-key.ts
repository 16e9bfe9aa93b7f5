import type { Loss } from '../model/scenario.ts'
import { files } from './files.ts'
import type { Patience } from './observe-machines.ts'
import { apiServes, filesGone } from './proof-parts.ts'

/** Below /etc/kubernetes/pki. */
export type CaKey = 'ca.key' | 'etcd/ca.key' | 'front-proxy-ca.key'

/** The key of a CA gone on every control plane, as where it was moved to a safe place; all that runs needs it no more. */
export function caKey(key: CaKey, patience: Patience & { readonly port?: number } = {}): Loss {
  return lostKey(key, [], patience)
}

/** What stops while any CA is replaced, since the API is away. */
const stopped = ['api-server-pod', 'controller-manager-pod', 'scheduler-pod'] as const

/** With a CA go all that it signed and what has it in memory. */
const replacedWith: Readonly<Record<CaKey, Loss['replaces']>> = {
  'ca.key': [
    'cluster-ca',
    'api-server-certificates',
    'kubeconfigs',
    'control-plane-kubelets',
    'worker-kubelets',
    ...stopped,
  ],
  'etcd/ca.key': ['etcd-ca', 'etcd-certificates', 'etcd-pod', ...stopped],
  'front-proxy-ca.key': ['front-proxy-ca', 'front-proxy-certificates', ...stopped],
}

/** The same where the operator has the CA replaced. */
export function replacedCaKey(key: CaKey, patience: Patience & { readonly port?: number } = {}): Loss {
  return lostKey(key, replacedWith[key], patience)
}

function lostKey(key: CaKey, replaces: Loss['replaces'], patience: Patience & { readonly port?: number }): Loss {
  const path = `/etc/kubernetes/pki/${key}`
  const on = 'control-planes'
  const lost = files(path, on, { replaces, proof: [filesGone(path, on, patience), apiServes(patience.port)] })
  return replaces.length > 0 ? lost : keptForLater(lost, path)
}

/** The bytes of each machine are kept in memory alone. */
function keptForLater(lost: Loss, path: string): Loss {
  const kept = new Map<string, Buffer>()
  return {
    ...lost,
    async inject(context) {
      for (const machine of context.cluster.controlPlanes) kept.set(machine.name, await machine.readFile(path))
      await lost.inject(context)
    },
    async putBack({ controlPlanes }) {
      for (const machine of controlPlanes) {
        const bytes = kept.get(machine.name)
        if (bytes === undefined) throw new Error(`${path} of ${machine.name} was not kept`)
        await machine.writeFile(path, bytes)
      }
      kept.clear()
    },
  }
}
