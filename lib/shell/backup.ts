import { bash, type Script } from './bash.ts'
import type { RecoveryContext } from '../engine/step.ts'
import type { CommandResult } from '../node.ts'
import { workDir } from './work-dir.ts'

const mark = 'backed-up: '

/**
 * Two functions for scripts: `move_to_backup PATH…` moves what exists, `copy_to_backup PATH…` copies it, each to the same path
 * under the repair's own directory. `reportBackups` turns what they print into events.
 */
export function backupFunctions(stamp: string): Script {
  const aside = `${workDir}/backup/${stamp}`
  return bash`
aside() {
  local how=$1 path; shift
  for path in "$@"; do
    if [ -e "$path" ] || [ -L "$path" ]; then
      (umask 077; mkdir -p ${aside}"$(dirname "$path")")
      $how "$path" ${aside}"$path"
      printf '%s%s\n' ${mark} "$path"
    fi
  done
}
move_to_backup() { aside mv "$@"; }
copy_to_backup() { aside 'cp -a' "$@"; }
`
}

/**
 * Emits one `file.backed-up` for each path that the script moved or copied away.
 * @param reasons what is wrong with files, where that is known, by path
 */
export function reportBackups(
  context: RecoveryContext,
  node: string,
  result: CommandResult,
  reasons: ReadonlyMap<string, string> = new Map(),
): void {
  for (const line of result.stdout.split('\n')) {
    if (!line.startsWith(mark)) continue
    const path = line.slice(mark.length)
    const reason = reasons.get(path)
    context.emit({ type: 'file.backed-up', node, path, ...(reason === undefined ? {} : { reason }) })
  }
}

/** A name for this repair's backup directory: the time in UTC, fit for a path. */
export function backupStamp(now: Date): string {
  return now.toISOString().replaceAll(/[-:]|\.\d+/g, '')
}
