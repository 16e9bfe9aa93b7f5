import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CalibrationRound } from '../../model/calibration.ts'
import { playRound } from '../calibration/play-round.ts'
import { type CalibrationTarget, calibrationTarget } from '../calibration/target.ts'
import type { ProbePlan } from './probe-plan.ts'
import { runClock } from './run-clock.ts'

/** The argument with which the prober's program is its calibration target. */
export const calibratorArgument = '--calibration-target'

/** Whoever wants a round puts the first file beside the samples, and finds the second there when it is over. */
export const wantedFile = (prober: string, round: string): string => `${prober}.calibrate-${round}`
export const roundFile = (prober: string, round: string): string => `${prober}.calibration-${round}.json`

/** The calibration target as the prober sees it. */
export interface Calibrator {
  readonly port: number
  /** Calls back with true when a round begins, and with false when it is over. */
  onRound(listener: (on: boolean) => void): void
}

const lookMs = 100
/** Until both paths have their connections, and until the last samples are judged. */
const leadMs = 300

/** Starts a second process of this program that is the target. It ends with this process, and has its scheduling class. */
export async function startCalibrator(program: string, planFile: string): Promise<Calibrator> {
  const child = spawn(process.execPath, [program, calibratorArgument, planFile], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.unref()
  const lines = createInterface(child.stdout)
  const [port] = (await once(lines, 'line')) as [string]
  return {
    port: Number(port),
    onRound: (listener) => void lines.on('line', (line) => listener(line === 'on')),
  }
}

/** The target's own work: answers, and plays each round of the plan when it is wanted, until its standard input ends. */
export async function calibrate(planFile: string): Promise<void> {
  const plan = JSON.parse(readFileSync(planFile, 'utf8')) as ProbePlan
  const target = await calibrationTarget(plan.deadlineMs)
  process.stdout.write(`${target.port}\n`)
  process.stdin.resume()
  await Promise.race([once(process.stdin, 'end'), playRounds(plan, target)])
}

async function playRounds(plan: ProbePlan, target: CalibrationTarget): Promise<never> {
  const { outDir, name, calibration = {} } = plan
  const clock = runClock(BigInt(plan.originNs))
  for (;;) {
    await sleep(lookMs)
    const round = Object.keys(calibration).find((id) => existsSync(join(outDir, wantedFile(name, id))))
    if (round === undefined) continue
    await rm(join(outDir, wantedFile(name, round)))
    process.stdout.write('on\n')
    await sleep(leadMs)
    const pulses = await playRound(target, calibration[round] ?? [], { ...plan, clock })
    await sleep(leadMs)
    process.stdout.write('off\n')
    await writeWhole(join(outDir, roundFile(name, round)), { round, pulses: [...pulses] })
  }
}

async function writeWhole(file: string, round: CalibrationRound): Promise<void> {
  await writeFile(`${file}.tmp`, `${JSON.stringify(round)}\n`)
  await rename(`${file}.tmp`, file)
}
