import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { waitFor } from '../../../lib/engine/wait.ts'
import { type CalibrationRound, calibrationRoundSchema } from '../../model/calibration.ts'
import { roundFile, wantedFile } from './calibrator.ts'

export interface RoundWanted {
  /** Of the prober, where its plan and samples are. */
  readonly outDir: string
  readonly name: string
  readonly round: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** Has a running prober calibrated, by a round of its plan, and gives what its target noted. Rejects with WaitTimeoutError. */
export async function calibrateProber({ outDir, name, round, ...wait }: RoundWanted): Promise<CalibrationRound> {
  await writeFile(join(outDir, wantedFile(name, round)), '')
  const read = async () =>
    calibrationRoundSchema.parse(JSON.parse(await readFile(join(outDir, roundFile(name, round)), 'utf8')))
  return waitFor(`the prober to be calibrated (${round})`, read, { ...wait, intervalMs: 100 })
}
