import type { Loss } from '../model/scenario.ts'
import { files } from './files.ts'
import type { Patience } from './observe-machines.ts'
import { apiServes, filesGone } from './proof-parts.ts'

const names = ['admin', 'super-admin', 'controller-manager', 'scheduler', 'kubelet']

/** Every kubeconfig of kubeadm gone on every control plane; what runs has read its own long ago. */
export function kubeconfigs(patience: Patience & { readonly port?: number } = {}): readonly Loss[] {
  const on = 'control-planes'
  return names.map((name) => {
    const path = `/etc/kubernetes/${name}.conf`
    const replaces = name === 'kubelet' ? [] : (['kubeconfigs'] as const)
    return files(path, on, { replaces, proof: [filesGone(path, on, patience), apiServes(patience.port)] })
  })
}
