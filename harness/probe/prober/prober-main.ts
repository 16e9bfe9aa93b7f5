/** The prober's process: `node prober-main.ts <plan.json>`. Ends well at SIGTERM and at the plan's end. */
import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProbePlan } from './probe-plan.ts'
import { runProber } from './run-prober.ts'

const longestWaitMs = 30_000

const [planFile] = process.argv.slice(2)
if (planFile === undefined) throw new Error('usage: node prober-main.ts <plan.json>')
const plan = JSON.parse(readFileSync(planFile, 'utf8')) as ProbePlan
const stopping = new AbortController()
process.on('SIGTERM', () => stopping.abort())
process.on('SIGINT', () => stopping.abort())
await released(plan)
await runProber(plan, stopping.signal)
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
