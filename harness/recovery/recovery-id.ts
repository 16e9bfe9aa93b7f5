import { access, constants, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { UsageError } from '../model/errors.ts'

/** The recoveries that drill has itself; all else is a command of the user's. */
export const knownRecoveries = ['library', 'article', 'article-patient'] as const

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
