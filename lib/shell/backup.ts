import { bash, type Script } from './bash.ts'
import type { RecoveryContext } from '../engine/step.ts'
import type { CommandResult } from '../node.ts'
import { emitFunction, linesOf, parseFields } from './script-output.ts'
import { workDir } from './work-dir.ts'

/**
 * Two functions for scripts: `move_to_backup PATH…` moves what exists, `copy_to_backup PATH…` copies it, each to the
 * same path below this repair's backup directory. `reportBackups` turns what they emit into events.
 */
export function backupFunctions(stamp: string): Script {
  const backup = `${workDir}/backup/${stamp}`
  return bash`
${emitFunction}
back_up() {
  local how=$1 path; shift
  for path in "$@"; do
    if [ -e "$path" ] || [ -L "$path" ]; then
      (umask 077; mkdir -p ${backup}"$(dirname "$path")")
      $how "$path" ${backup}"$path"
      echo "$path" | emit backed-up
      echo ${backup} | emit backup-directory
    fi
  done
}
move_to_backup() { back_up mv "$@"; }
copy_to_backup() { back_up 'cp -a' "$@"; }
`
}

/**
 * Emits one `file.backed-up` for each path that the script moved or copied.
 * @param reasons by path, what is wrong with a file, where that is known
 */
export function reportBackups(
  context: RecoveryContext,
  node: string,
  result: CommandResult,
  reasons: ReadonlyMap<string, string> = new Map(),
): void {
  const text = parseFields(result.stdout)
  const [directory] = linesOf(text('backup-directory'))
  for (const path of linesOf(text('backed-up'))) {
    const reason = reasons.get(path)
    context.emit({
      ...{ type: 'file.backed-up', node, path },
      ...(directory === undefined ? {} : { directory }),
      ...(reason === undefined ? {} : { reason }),
    })
  }
}

/** A name for this repair's backup directory: the time in UTC, fit for a path. */
export function backupStamp(now: Date): string {
  return now.toISOString().replaceAll(/[-:]|\.\d+/g, '')
}
