/** The prober's process: `node prober-main.ts <plan.json>`. Ends well at SIGTERM and at the plan's end. */
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { calibrate, calibratorArgument, startCalibrator } from './calibrator.ts'
import type { ProbePlan } from './probe-plan.ts'
import { runProber } from './run-prober.ts'
import { answerAsSibling, siblingArgument, startSibling } from './sibling.ts'

const longestWaitMs = 30_000

const [program = '', planFile, targetPlanFile = ''] = process.argv.slice(1)
if (planFile === siblingArgument) {
  await answerAsSibling()
  process.exit(0)
}
if (planFile === calibratorArgument) {
  await calibrate(targetPlanFile)
  process.exit(0)
}
if (planFile === undefined) throw new Error('usage: node prober-main.ts <plan.json>')
const plan = JSON.parse(readFileSync(planFile, 'utf8')) as ProbePlan
const stopping = new AbortController()
process.on('SIGTERM', () => stopping.abort())
process.on('SIGINT', () => stopping.abort())
// Before it is released: the sibling keeps the ordinary class. One is enough for a host.
const siblingPort = (plan.vantage ?? 'worker') === 'worker' ? await startSibling(program) : undefined
await released(plan)
// After that: a target that starves would say nothing about the prober.
const calibrator = plan.calibration ? await startCalibrator(program, planFile) : undefined
await runProber(plan, stopping.signal, { ...(siblingPort === undefined ? {} : { siblingPort }), calibrator })
process.exit(0)

async function released({ releaseFile }: ProbePlan): Promise<void> {
  const untilMs = performance.now() + longestWaitMs
  while (
    releaseFile !== undefined &&
    !existsSync(releaseFile) &&
    performance.now() < untilMs &&
    !stopping.signal.aborted
  )
    await sleep(10)
}
