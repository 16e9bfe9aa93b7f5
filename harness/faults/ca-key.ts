import type { Loss } from '../model/scenario.ts'
import { files } from './files.ts'
import type { Patience } from './observe-machines.ts'
import { apiServes, filesGone } from './proof-parts.ts'

/** Below /etc/kubernetes/pki. */
export type CaKey = 'ca.key' | 'etcd/ca.key' | 'front-proxy-ca.key'

/** The key of a CA gone on every control plane, as where it was moved to a safe place; all that runs needs it no more. */
export function caKey(key: CaKey, patience: Patience & { readonly port?: number } = {}): Loss {
  const path = `/etc/kubernetes/pki/${key}`
  const on = 'control-planes'
  return files(path, on, { replaces: [], proof: [filesGone(path, on, patience), apiServes(patience.port)] })
}
