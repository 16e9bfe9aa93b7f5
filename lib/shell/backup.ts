import { bash, type Script } from './bash.ts'
import type { RecoveryContext } from '../engine/step.ts'
import type { CommandResult } from '../node.ts'
import { workDir } from './work-dir.ts'

const mark = 'set-aside: '

/**
 * Two functions for scripts: `set_aside PATH…` moves what exists, `keep_copy PATH…` copies it, each to the same path
 * under the repair's own directory. `reportSetAside` turns what they print into events.
 */
export function setAsideFunctions(stamp: string): Script {
  const aside = `${workDir}/set-aside/${stamp}`
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
set_aside() { aside mv "$@"; }
keep_copy() { aside 'cp -a' "$@"; }
`
}

/**
 * Emits one `file.set-aside` for each path that the script moved or copied away.
 * @param reasons what is wrong with files, where that is known, by path
 */
export function reportSetAside(
  context: RecoveryContext,
  node: string,
  result: CommandResult,
  reasons: ReadonlyMap<string, string> = new Map(),
): void {
  for (const line of result.stdout.split('\n')) {
    if (!line.startsWith(mark)) continue
    const path = line.slice(mark.length)
    const reason = reasons.get(path)
    context.emit({ type: 'file.set-aside', node, path, ...(reason === undefined ? {} : { reason }) })
  }
}

/** A name for this repair's set-aside directory: the time in UTC, fit for a path. */
export function setAsideStamp(now: Date): string {
  return now.toISOString().replaceAll(/[-:]|\.\d+/g, '')
}
