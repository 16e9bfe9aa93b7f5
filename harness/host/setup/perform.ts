import { readFile } from 'node:fs/promises'
import { PreflightError } from '../../model/errors.ts'
import { extraImages, extraNames } from '../extra-images/extra-images.ts'
import { hostCommand } from '../process/host-command.ts'
import { ensureBalancerImage } from '../node-image/balancer-image.ts'
import { ensureNodeImage } from '../node-image/node-image.ts'
import { ensureWorkloadImage } from '../../workload/workload-image.ts'
import { ensureSecondProberImage } from '../../probe/second-prober/image.ts'
import { asRoot } from './as-root.ts'
import { recordHostChanges, type HostChange } from './host-change-log.ts'
import { engineAnswers, engineStarted, runtimeTakenOver } from './engine-start.ts'
import { recordSysctls } from './host-changes.ts'
import type { Progress } from './progress.ts'
import { extraAction } from './plan-images.ts'
import { pullImage } from './pull-image.ts'
import type { SetupFacts } from './setup-facts.ts'
import type { Action, PlannedChange } from './setup-plan.ts'

export interface PerformContext {
  readonly facts: SetupFacts
  readonly progress: Progress
  readonly signal?: AbortSignal
}

/** Records what an action changes, runs it, and waits until it took effect. Rejects with PreflightError, or as a build does. */
export async function perform(action: Action, context: PerformContext): Promise<void> {
  await recordPlanned(action.changes)
  const { progress, signal } = context
  const onLine = (line: string) => {
    progress.detail(line)
  }
  const cancel = signal ? { signal } : {}
  if (action.rights === 'root') {
    const options = { rights: context.facts.host.rights, what: action.what, onLine, ...cancel }
    const output = await asRoot(action.commands.join('\n'), options)
    await afterRoot(action, output, context)
  } else if (action.id.startsWith('pull-')) {
    await pullImage(pulledRef(action, context.facts), { onLine, ...cancel })
  } else if (action.commands.length > 0) {
    await asUser(action, onLine, signal)
  } else {
    await build(action, context)
  }
}

async function afterRoot({ id }: Action, output: string, { facts, signal }: PerformContext): Promise<void> {
  if (id === 'engine-start') await engineStarted(output, signal)
  if (id === 'engine-service') await engineAnswers(signal)
  if (id === 'engine-runtime' && facts.engine.state === 'answers') await runtimeTakenOver(signal)
}

/** The values to go back to are those of now. */
async function recordPlanned(changes: readonly PlannedChange[]): Promise<void> {
  await recordSysctls(
    Object.fromEntries(changes.flatMap((change) => (change.kind === 'sysctl' ? [[change.key, change.after]] : []))),
  )
  const others = changes.map(async (change): Promise<readonly HostChange[]> => {
    if (change.kind === 'group-member') return [change]
    if (change.kind === 'sysctl') return []
    const before = await readFile(change.path, 'utf8').catch(() => null)
    return before === change.after ? [] : [{ ...change, before }]
  })
  await recordHostChanges((await Promise.all(others)).flat())
}

const pulledRef = ({ need }: Action, { images }: SetupFacts): string => {
  if (need === 'balancer-image') return images.balancer.ref
  return images.node.asked ? images.node.ref : images.officialNode
}

async function asUser(action: Action, onLine: (line: string) => void, signal?: AbortSignal): Promise<void> {
  const result = await hostCommand(['sh', '-euc', action.commands.join('\n')], {
    onLine,
    ...(signal ? { signal } : {}),
  })
  signal?.throwIfAborted()
  if (result.exitCode === 0) return
  const tail = result.stderr.trim().split('\n').slice(-4).join(' | ')
  throw new PreflightError(
    `could not ${action.what}: ${tail || `exit code ${result.exitCode}`}`,
    action.commands.join(' && '),
  )
}

async function build({ id }: Action, { facts, progress, signal }: PerformContext): Promise<void> {
  const onProgress = (line: string) => {
    progress.note(line)
  }
  const onState = progress.building.bind(progress)
  const options = { onProgress, onState, ...(signal ? { signal } : {}) }
  const extra = extraNames.find((name) => extraAction(name) === id)
  if (id === 'workload-image') await ensureWorkloadImage(options)
  else if (id === 'node-image') await ensureNodeImage({ workloadImage: facts.images.workload.ref, ...options })
  else if (id === 'balancer-image') await ensureBalancerImage(options)
  else if (id === 'second-prober-image') await ensureSecondProberImage(options)
  else if (extra) await extraImages[extra].ensure(options)
  else throw new Error(`nothing builds ${id}`)
}
