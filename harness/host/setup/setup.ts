import { readFile } from 'node:fs/promises'
import { InterruptedError, PreflightError } from '../../model/errors.ts'
import { runtimeSource } from './engine-runtime.ts'
import { recordKubeletSettings } from './host-changes.ts'
import { perform } from './perform.ts'
import { planLines } from './plan-lines.ts'
import { planSetup } from './plan-setup.ts'
import { tryPrivileged } from './privileged-check.ts'
import type { Progress } from './progress.ts'
import { readSetup, type ReadSetupOptions, type SetupFacts } from './setup-facts.ts'
import type { Action, SetupPlan } from './setup-plan.ts'

export interface SetUpOptions extends ReadSetupOptions {
  readonly dryRun: boolean
  /** Asked once, after the plan was shown and before anything is done. */
  readonly confirm: () => Promise<boolean>
  /** For the plan and the result. */
  readonly say: (line: string) => void
  readonly progress: Progress
}

/**
 * Installs what a drill needs on this machine. It reads the machine again after every action, so that each is checked by
 * its effect, and so that an interrupted setup continues where it stopped. Rejects with PreflightError where this machine
 * cannot be set up.
 */
export async function setUp(options: SetUpOptions): Promise<void> {
  const { say } = options
  const read = readerWith(options)
  const { facts, plan } = await read()
  if (plan.actions.length > 0) for (const line of planLines(facts, plan)) say(line)
  if (!options.dryRun) refuseWithoutRights(facts, plan)
  for (const { what, fix } of plan.obstacles.slice(1)) say(`also missing: ${what} (${fix})`)
  const [obstacle] = plan.obstacles
  if (obstacle) throw new PreflightError(obstacle.what, obstacle.fix)
  const ready = plan.actions.length === 0
  if (options.dryRun) {
    if (ready) say(readyLine(facts))
    say(ready ? 'Dry run: setup has nothing to do.' : 'Dry run: nothing was changed.')
    return
  }
  if (ready) {
    await recordKubeletSettings()
    say(readyLine(facts))
    return
  }
  if (!(await options.confirm())) throw new InterruptedError('not confirmed: nothing was changed')
  await recordKubeletSettings()
  say(readyLine(await performAll({ facts, plan }, read, options)))
}

interface Reading {
  readonly facts: SetupFacts
  readonly plan: SetupPlan
}

/** `offline` is remembered once a pull failed. */
function readerWith(options: SetUpOptions): (offline?: boolean) => Promise<Reading> {
  let offline = options.offline ?? false
  return async (nowOffline = false) => {
    offline ||= nowOffline
    const facts = await readSetup({ ...options, offline })
    return { facts, plan: planSetup(facts, { runtimeScript: await readFile(runtimeSource, 'utf8') }) }
  }
}

async function performAll(
  first: Reading,
  read: ReturnType<typeof readerWith>,
  options: SetUpOptions,
): Promise<SetupFacts> {
  const { progress, signal } = options
  const done = new Set<string>()
  let now = first
  for (;;) {
    const [action] = now.plan.actions
    const [obstacle] = now.plan.obstacles
    if (obstacle) throw new PreflightError(obstacle.what, obstacle.fix)
    if (!action) break
    if (done.has(action.id))
      throw new PreflightError(`had no effect: ${action.what} (${action.why})`, 'npx --no-install drill doctor')
    done.add(action.id)
    progress.begin(action.what)
    const fellBack = await performOne(action, now.facts, options)
    progress.end(fellBack ?? 'done')
    now = await read(fellBack !== undefined)
    signal?.throwIfAborted()
  }
  await checkPrivileged(now.facts, signal)
  return now.facts
}

/** Returns a message when a pull failed that a build can replace. */
async function performOne(action: Action, facts: SetupFacts, options: SetUpOptions): Promise<string | undefined> {
  const { progress, signal } = options
  try {
    await perform(action, { facts, progress, ...(signal ? { signal } : {}) })
    return undefined
  } catch (error) {
    if (signal?.aborted) progress.end('interrupted')
    signal?.throwIfAborted()
    const replaceable = action.id.startsWith('pull-') && !(action.id === 'pull-node-image' && facts.images.node.asked)
    if (replaceable && error instanceof PreflightError) return `${error.message}; building instead`
    progress.end('failed')
    throw error
  }
}

function refuseWithoutRights({ host }: SetupFacts, { actions }: SetupPlan): void {
  if (host.rights !== 'none' || actions.every(({ rights }) => rights === 'user')) return
  throw new PreflightError(
    'setup needs root: this user is not root and has no sudo',
    'run the commands marked [as root] as root, then npx --no-install drill setup again',
  )
}

async function checkPrivileged({ images }: SetupFacts, signal?: AbortSignal): Promise<void> {
  const { ok, found } = await tryPrivileged(images.node.ref, signal)
  if (!ok)
    throw new PreflightError(`the engine cannot start privileged containers: ${found}`, 'npx --no-install drill doctor')
}

const readyLine = ({ engine, kind, images }: SetupFacts) =>
  `Ready: engine ${engine.version}, kind ${kind?.version ?? ''}, nodes ${images.node.ref}, workload ${images.workload.ref}.`
