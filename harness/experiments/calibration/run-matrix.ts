import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PlannedPulse, targetFaults } from '../../model/calibration-plan.ts'
import type { Calibration } from '../../model/run-record.ts'
import { calibrationOf } from '../../probe/analysis/calibration.ts'
import { calibrateProber } from '../../probe/prober/calibrate-prober.ts'
import type { Heartbeat } from '../../probe/prober/heartbeat.ts'
import type { ProbePlan } from '../../probe/prober/probe-plan.ts'
import { readSeries } from '../../probe/prober/sample-file.ts'

export const lengthsMs = [10, 20, 40, 100, 250, 1000] as const
const round = 'matrix'
const name = 'prober'
const proberMain = fileURLToPath(new URL('../../probe/prober/prober-main.ts', import.meta.url))

export interface MatrixOptions {
  readonly repetitions: number
  readonly intervalMs: number
  readonly deadlineMs: number
  readonly signal?: AbortSignal
}

export interface Matrix {
  readonly planned: readonly PlannedPulse[]
  readonly calibration: Calibration
  /** The prober's last word. */
  readonly prober: Pick<Heartbeat, 'scheduling' | 'cpuMs' | 'stalls' | 'stalledMs'> & { readonly wallMs: number }
}

/** Every fault at every length, as often as wanted; the faults one after another, so that a busy minute hits all of them. */
const pulsesOf = (repetitions: number): readonly PlannedPulse[] =>
  Array.from({ length: repetitions }, () =>
    lengthsMs.flatMap((lengthMs) => targetFaults.map((fault) => ({ fault, lengthMs }))),
  ).flat()

/** How long it takes at most: every pulse, and the pause after it. */
export const matrixMs = ({ repetitions, deadlineMs }: MatrixOptions): number =>
  pulsesOf(repetitions).reduce((sum, { lengthMs }) => sum + lengthMs + deadlineMs + 200, 10_000)

/** Calibrates a prober of its own, as processes on this machine, and removes its files. */
export async function runMatrix(options: MatrixOptions): Promise<Matrix> {
  const { repetitions, intervalMs, deadlineMs, signal } = options
  const outDir = await mkdtemp(join(tmpdir(), 'drill-calibration-'))
  const planned = pulsesOf(repetitions)
  const plan: ProbePlan = {
    ...{ name, outDir, intervalMs, deadlineMs, paths: [], calibration: { [round]: planned } },
    originNs: String(process.hrtime.bigint()),
    maxDurationMs: matrixMs(options) + 60_000,
  }
  const planFile = join(outDir, `${name}.plan.json`)
  await writeFile(planFile, JSON.stringify(plan))
  const startedMs = performance.now()
  const prober = spawn(process.execPath, ['--max-semi-space-size=4', proberMain, planFile], { stdio: 'inherit' })
  const ended = once(prober, 'exit')
  try {
    const wait = { timeoutMs: matrixMs(options), ...(signal ? { signal } : {}) }
    const played = await calibrateProber({ outDir, name, round, ...wait })
    const wallMs = performance.now() - startedMs
    prober.kill('SIGTERM')
    await ended
    return {
      planned,
      calibration: calibrationOf([played], await readSeries(outDir), [round]),
      prober: { ...(await lastHeartbeat(join(outDir, `${name}.heartbeat.jsonl`))), wallMs },
    }
  } finally {
    prober.kill('SIGKILL')
    await rm(outDir, { recursive: true, force: true })
  }
}

async function lastHeartbeat(file: string): Promise<Heartbeat> {
  const lines = (await readFile(file, 'utf8')).trim().split('\n')
  return JSON.parse(lines.at(-1) ?? '') as Heartbeat
}
