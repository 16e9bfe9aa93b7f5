import { newClusterName } from '../cluster/registry.ts'
import { exitCodes } from '../model/errors.ts'
import type { RunRecord } from '../model/run-record.ts'
import type { DrillEnvironment, DrillPlan } from '../run/environment-port.ts'
import { shareCluster } from '../run/shared-cluster.ts'
import { createRunDirectory, runIdOf } from '../store/run-directory.ts'

/** A drill that has no run directory and no cluster yet. */
export interface WantedDrill extends Omit<DrillPlan, 'id' | 'clusterName' | 'runDir' | 'startedAt'> {
  /** Parent of the run directory. */
  readonly out: string
}

/** From the worst: a drill that was interrupted, could not be run, failed, is unknown. */
const severity = [exitCodes.interrupted, exitCodes.harnessError, exitCodes.fail, exitCodes.unknown]

/** Pure: the exit code of several drills. */
export const worstExitCode = (codes: readonly number[]): number =>
  severity.find((code) => codes.includes(code)) ?? codes.find((code) => code !== exitCodes.pass) ?? exitCodes.pass

/**
 * Runs drills one after another, each with a run directory and a verdict of its own, and resolves with the worst exit code.
 * A drill that fails does not stop the next; an interruption does.
 * @param mayShare whether a cluster that a drill leaves whole is used for the next
 */
export async function runSeries(
  wanted: readonly WantedDrill[],
  ports: DrillEnvironment,
  mayShare: boolean,
  run: (plan: DrillPlan, ports: DrillEnvironment) => Promise<RunRecord>,
): Promise<number> {
  const codes: number[] = []
  const shared = shareCluster(ports, () => !mayShare || codes.length + 1 === wanted.length)
  try {
    for (const { out, ...drill } of wanted) {
      const startedAt = new Date()
      const id = runIdOf(startedAt, drill.scenario.id, drill.topology.controlPlanes)
      const clusterName = shared.waiting() ?? newClusterName()
      const plan = { ...drill, id, clusterName, runDir: await createRunDirectory(out, id), startedAt }
      const { exitCode } = await run(plan, shared.ports)
      codes.push(exitCode ?? exitCodes.unknown)
      if (exitCode === exitCodes.interrupted) break
    }
  } finally {
    await shared.release()
  }
  return worstExitCode(codes)
}
