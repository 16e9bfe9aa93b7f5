/** The recoveries that a drill or `drill recover` can be told to use, and what names them. */
import { access, constants, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import {
  finishRecovery,
  libraryRecovery,
  stepsOf as allSteps,
  type AnyRecovery,
  type RecoveryOptions,
  type Step,
} from '../../lib/index.ts'
import type { NodeSpec } from '../cluster/node-spec.ts'
import { ClusterError, UsageError } from '../model/errors.ts'
import { articleRecovery, patientArticleRecovery } from './article/article-recovery.ts'
import { userRecovery } from './user-recovery.ts'

/** The recoveries that drill has itself; all else is a command of the user. */
export const knownRecoveries = ['library', 'article', 'article-patient'] as const

/** Of `drill recover --finish`, which no drill is run with. */
export const finishId = 'finish'

/**
 * What `--recovery` names: one of the known, or the absolute path of an executable file. Rejects with UsageError for a name
 * that is neither, and for a file that cannot be run.
 */
export async function recoveryId(given: string): Promise<string> {
  if (knownRecoveries.some((known) => known === given)) return given
  const path = resolve(given)
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
  if (!isFile && !given.includes('/')) {
    throw new UsageError(
      `no recovery is called "${given}"`,
      `give ${knownRecoveries.join(', ')}, or the path of a command of yours such as ./repair.sh`,
    )
  }
  if (!isFile) throw new UsageError(`the recovery ${given} is no file`, 'give the path of an executable file')
  await access(path, constants.X_OK).catch((cause: unknown) => {
    throw new UsageError(`the recovery ${given} is not executable`, `chmod +x ${given}`, { cause })
  })
  return path
}

export interface ChosenRecovery {
  /** From recoveryId; undefined where nothing is repaired. */
  readonly recovery?: { readonly id: string; readonly options: RecoveryOptions }
  /** Where a command of the user finds its inputs and leaves its log. */
  readonly runDir: string
  /** The machines that a command of the user is given a way to. */
  readonly nodes: readonly NodeSpec[]
}

/** The recovery of this name. Throws ClusterError where there is none. */
export function recoveryOf({ recovery, runDir, nodes }: ChosenRecovery): AnyRecovery {
  const id = recovery?.id ?? ''
  if (recovery && id === 'library') return libraryRecovery(recovery.options)
  if (recovery && id === finishId) return finishRecovery(recovery.options)
  if (id === 'article') return articleRecovery
  if (id === 'article-patient') return patientArticleRecovery
  if (id.includes('/')) return userRecovery({ command: id, runDir, nodes })
  throw new ClusterError(`no recovery is called "${id}"`)
}

/** The steps of a recovery, before there is a machine. */
export function stepsOf(recovery: Omit<ChosenRecovery, 'nodes'>): readonly Pick<Step, 'id' | 'title'>[] {
  return allSteps(recoveryOf({ ...recovery, nodes: [] }))
}
