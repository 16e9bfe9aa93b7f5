import {
  beginRecovery,
  runSteps,
  stepsOf,
  type ClusterState,
  type Recovery,
  type RecoveryEvent,
} from '../../lib/index.ts'
import { e2eCluster, type E2eCluster } from './e2e-cluster.ts'
import { destroyedCluster, type Before } from './destroyed-cluster.ts'

/** A repair that runs step by step, so that the cluster can be inspected between the steps. */
export interface SteppedRun {
  /** Runs the steps up to this one, and this one. Rejects when it, or one before, fails. */
  through(step: string): Promise<void>
  /** Runs the steps before this one. */
  before(step: string): Promise<void>
  /** Runs all that are left. */
  finish(): Promise<void>
  /** Runs this one step, in or out of its turn, as a repair that is started again would. */
  only(step: string): Promise<void>
  readonly events: readonly RecoveryEvent[]
}

/** Without the step that waits, for a minute, for clients that retry late: every drill in which clients are rejected runs it. */
export const withoutLateClients = (recovery: Recovery): Recovery => ({
  ...recovery,
  steps: recovery.steps.filter(({ id }) => id !== 'restart-late-api-clients'),
})

/** Plans a repair of the cluster, and prints each step with its time. */
export async function steppedRunOf(e2e: E2eCluster, recovery: Recovery): Promise<SteppedRun> {
  const { controlPlanes, workers } = e2e.context.cluster
  const inventory = { controlPlanes, workers }
  const ids = stepsOf(recovery).map(({ id }) => id)
  const events: RecoveryEvent[] = []
  const started = performance.now()
  const log = (what: string) => console.log(`${((performance.now() - started) / 1000).toFixed(1)} s ${what}`)
  const context = {
    inventory,
    signal: e2e.context.signal,
    emit(event: RecoveryEvent) {
      events.push(event)
      if (event.type === 'milestone.reached') log(`  ${event.title}`)
      else if (event.type === 'client.restarted') log(`  restarted ${event.pod} (${event.reason})`)
      else if (event.type.startsWith('step.') && 'step' in event) log(`${event.step} ${event.type.slice(5)}`)
    },
  }
  let done = 0
  let cluster: ClusterState | undefined
  let failure: unknown
  const run = async (until: number) => {
    if (failure !== undefined) throw new Error('an earlier step of this run failed', { cause: failure })
    for (; done < until; done += 1) {
      try {
        if (cluster === undefined) cluster = await beginRecovery(recovery.preflight, context)
        else await runSteps(recovery.steps.slice(done - 1, done), cluster, context)
      } catch (error) {
        failure = error
        throw error
      }
    }
  }
  const placeOf = (id: string) => {
    const place = ids.indexOf(id)
    if (place === -1) throw new Error(`this repair has no step ${id}`)
    return place
  }
  return {
    events,
    through: (id) => run(placeOf(id) + 1),
    before: (id) => run(placeOf(id)),
    finish: () => run(ids.length),
    async only(id) {
      const surveyed = await recovery.preflight.survey(context)
      const step = recovery.steps.filter((each) => each.id === id)
      if (step.length === 0) throw new Error(`no step after preflight is called ${id}`)
      await runSteps(step, surveyed, context)
    },
  }
}

/** Destroys the control plane, after `prepare`, and plans a repair to run in steps. */
export async function steppedRunAfterLoss(
  recovery: Recovery,
  prepare?: (e2e: E2eCluster) => Promise<void>,
): Promise<{ readonly e2e: E2eCluster; readonly before: Before; readonly run: SteppedRun }> {
  const e2e = await e2eCluster()
  const before = await destroyedCluster(e2e, prepare)
  return { e2e, before, run: await steppedRunOf(e2e, recovery) }
}
