import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from '../model/errors.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { ControlArm } from '../model/run-view.ts'
import { readRecord } from './load-run.ts'

/** The scenario in which nothing is destroyed and nothing repaired: what its probes show is the host's and the prober's doing. */
const controlScenario = 'noop'

/** What is known of a run before it begins. */
interface Controlled extends Pick<RunRecord, 'id' | 'topology'> {
  readonly scenario: { readonly id: string }
}

/**
 * The control arm of a run: the given one, else the newest judged `noop` of the same topology in the same folder; undefined where
 * there is none, and for a `noop` itself. Rejects with UsageError when the given one is no control arm of this run.
 */
export async function controlOf(runDir: string, record: Controlled, given?: string): Promise<ControlArm | undefined> {
  if (given !== undefined) {
    const control = await readRecord(resolve(given))
    if (isControlOf(control, record)) return armOf(control)
    const { controlPlanes, workers } = record.topology
    throw new UsageError(
      `${given} is no control arm: it must be a judged run of ${controlScenario} with ${controlPlanes} + ${workers} machines, and another run`,
      `drill run ${controlScenario} --masters ${controlPlanes} --workers ${workers}`,
    )
  }
  if (record.scenario.id === controlScenario) return undefined
  const folder = dirname(resolve(runDir))
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.includes(`-${controlScenario}-m`))
  const records = await Promise.all(names.map((name) => readRecord(join(folder, name)).catch(() => undefined)))
  const controls = records.filter((one) => one !== undefined).filter((one) => isControlOf(one, record))
  const newest = controls.sort((a, b) => a.startedAt.localeCompare(b.startedAt)).at(-1)
  return newest && armOf(newest)
}

function isControlOf(control: RunRecord, { id, topology }: Controlled): boolean {
  const { controlPlanes, workers } = control.topology
  return (
    control.id !== id &&
    control.scenario.id === controlScenario &&
    control.stage === 'judged' &&
    control.error === null &&
    control.probes.length > 0 &&
    controlPlanes === topology.controlPlanes &&
    workers === topology.workers
  )
}

const armOf = ({ id, startedAt, probes }: RunRecord): ControlArm => ({ id, startedAt, probes })
