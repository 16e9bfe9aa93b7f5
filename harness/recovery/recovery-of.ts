import { libraryRecovery } from '../../lib/index.ts'
import type { RecoveryOptions } from '../../lib/options.ts'
import type { Recovery } from '../../lib/step.ts'
import { ClusterError } from '../errors.ts'

/** The recovery of this name. Throws ClusterError for one that does not exist. */
export function recoveryOf(id: string, options: RecoveryOptions): Recovery {
  if (id !== 'library') throw new ClusterError(`no recovery is called "${id}"`)
  return libraryRecovery(options)
}
