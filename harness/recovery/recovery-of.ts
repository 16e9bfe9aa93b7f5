import { articleRecovery, libraryRecovery, patientArticleRecovery, type Recovery } from '../../lib/index.ts'
import type { DrillPlan } from '../run/environment-port.ts'
import { ClusterError } from '../model/errors.ts'
import { userRecovery } from './user-recovery.ts'

/** The recovery that a plan names; its id comes from recovery-id.ts. */
export function recoveryOf({ recovery, runDir }: Pick<DrillPlan, 'recovery' | 'runDir'>): Recovery {
  const id = recovery?.id ?? ''
  if (recovery && id === 'library') return libraryRecovery(recovery.options)
  if (id === 'article') return articleRecovery
  if (id === 'article-patient') return patientArticleRecovery
  if (id.includes('/')) return userRecovery({ command: id, runDir })
  throw new ClusterError(`no recovery is called "${id}"`)
}
