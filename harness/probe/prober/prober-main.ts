/** The prober's process: `node prober-main.ts <plan.json>`. Ends well at SIGTERM and at the plan's end. */
import { readFileSync } from 'node:fs'
import type { ProbePlan } from './probe-plan.ts'
import { runProber } from './run-prober.ts'

const [planFile] = process.argv.slice(2)
if (planFile === undefined) throw new Error('usage: node prober-main.ts <plan.json>')
const plan = JSON.parse(readFileSync(planFile, 'utf8')) as ProbePlan
const stopping = new AbortController()
process.on('SIGTERM', () => stopping.abort())
process.on('SIGINT', () => stopping.abort())
await runProber(plan, stopping.signal)
process.exit(0)
