import { bash, markPrefix, runScript, scriptMark, type Script } from './bash.ts'
import { PreconditionError } from '../engine/errors.ts'
import { emitFunction, parseFields } from './script-output.ts'
import { waitFunction } from './wait-function.ts'
import { askAll } from '../engine/ask-all.ts'
import type { Node } from '../node.ts'
import type { RecoveryContext } from '../engine/step.ts'

/** How long an orphaned script may take to end by itself, then after SIGTERM, then after SIGKILL; in seconds. */
const patience = { itselfS: 4, termS: 3, killS: 3 }

/**
 * Stops orphaned scripts of an earlier repair: its process was killed and they were not (docker exec and ssh without a
 * terminal leave them running). They are stopped before anything is read: most end by themselves within seconds, and one
 * that only waits is killed with all that it started. Rejects with PreconditionError where one remains, or where new
 * ones keep appearing because another repair is running, and where machines are unreachable, as askAll says.
 */
export async function stopOrphanedScripts({ inventory, emit, signal }: RecoveryContext): Promise<void> {
  const nodes = [...inventory.controlPlanes, ...inventory.workers]
  const { answers: seen } = await askAll(
    nodes,
    async (node) => ({ node: node.name, ...(await stopOrphansOn(node, signal)) }),
    signal,
  )
  for (const { node, ended } of seen) for (const script of ended) emit({ type: 'orphan.stopped', node, script })
  for (const { node, staying } of seen.filter((each) => each.staying.length > 0)) {
    throw new PreconditionError(
      `on ${node} another repair is running (${staying.join('; ')}): stop it, or wait until it has ended, and start again`,
      { reason: 'another-repair-running' },
    )
  }
}

interface OrphanedScripts {
  /** Titles of the scripts that have ended. */
  readonly ended: readonly string[]
  /** Process ids and titles of those that are not. */
  readonly staying: readonly string[]
}

/**
 * One round trip; without orphans it ends at once. Bash is recognised by its name, its children by their environment,
 * even if bash itself is gone. Both are read at once, because processes come and go meanwhile. A script's title is the
 * first line of its text.
 */
async function stopOrphansOn(node: Node, signal: AbortSignal): Promise<OrphanedScripts> {
  const { stdout } = await runScript(node, 'stop orphaned scripts', orphanedScriptsScript(), {
    public: true,
    signal,
    timeoutMs: 30_000,
  })
  const text = parseFields(stdout)
  const lines = (name: string) => text(name).split('\n').filter(Boolean)
  return { ended: lines('found'), staying: lines('staying') }
}

/** Marks and times are parameters for tests only, so that they stop nothing but their own scripts. */
export function orphanedScriptsScript(
  prefix = markPrefix,
  own = scriptMark,
  times: typeof patience = patience,
): Script {
  return bash`
${emitFunction}
orphans() {
  { grep -saoE ${`${prefix}[0-9a-f]+`} /proc/[0-9]*/cmdline /proc/[0-9]*/environ || true; } |
    { grep -vaF ${`:${own}`} || true; } | cut -d/ -f3 | sort -un
}
titles() {
  for pid in $1; do
    tr '\0' '\n' < "/proc/$pid/cmdline" 2>/dev/null | sed -n 's/^# //p' | head -n 1 || true
  done | sort -u
}
${waitFunction}
have_ended() { left=$(orphans); [ -z "$left" ]; }
wait_for_end() { wait_until "$1" 0.1 have_ended || true; }
left=$(orphans)
found=$(titles "$left")
if [ -n "$left" ]; then wait_for_end ${times.itselfS}; fi
for signal in TERM KILL; do
  if [ -z "$left" ]; then break; fi
  kill -s "$signal" $left 2>/dev/null || true
  if [ "$signal" = TERM ]; then wait_for_end ${times.termS}; else wait_for_end ${times.killS}; fi
done
echo "$found" | emit found
for pid in $left; do echo "process $pid: $(titles "$pid")"; done | emit staying
`
}
