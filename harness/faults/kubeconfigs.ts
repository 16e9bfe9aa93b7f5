import type { Loss } from '../model/scenario.ts'
import { files } from './files.ts'
import type { Patience } from './observe-machines.ts'
import { apiServes, filesGone } from './proof-parts.ts'

const paths = ['admin', 'super-admin', 'controller-manager', 'scheduler', 'kubelet'].map(
  (name) => `/etc/kubernetes/${name}.conf`,
)

/** Every kubeconfig of kubeadm gone on every control plane; what runs has read its own long ago. */
export function kubeconfigs(patience: Patience & { readonly port?: number } = {}): Loss {
  const on = 'control-planes'
  return files(paths, on, {
    replaces: ['kubeconfigs'],
    proof: [filesGone(paths.join(' '), on, patience), apiServes(patience.port)],
  })
}
