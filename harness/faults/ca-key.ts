import type { Loss } from '../model/scenario.ts'
import { files } from './files.ts'
import type { Patience } from './observe-machines.ts'
import { apiServes, filesGone } from './proof-parts.ts'

/** The key of the cluster's CA gone on every control plane, as where it was moved to a safe place; all that runs needs it no more. */
export function caKey(patience: Patience & { readonly port?: number } = {}): Loss {
  const path = '/etc/kubernetes/pki/ca.key'
  const on = 'control-planes'
  return files(path, on, { replaces: [], proof: [filesGone(path, on, patience), apiServes(patience.port)] })
}
