import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../../../lib/engine/wait.ts'
import { instrumentCalibrated } from '../../checks/instrument-calibrated/check.ts'
import type { Pulse } from '../../model/calibration.ts'
import { calibrationPaths, calibrationRounds, faultsOn, roundOfDrill } from '../../model/calibration-plan.ts'
import { outcomes } from '../../model/probe-series.ts'
import type { RunRecord } from '../../model/run-record.ts'
import { judgeRun } from '../../run/judge-run.ts'
import { loadRun } from '../../store/load-run.ts'
import { goodCalibration } from '../../testing/fake-calibration.ts'
import { goodRecord } from '../../testing/run-fixture.ts'
import { noop } from '../../../scenarios/noop.ts'
import { shortestSeen } from '../analysis/detection-floor.ts'
import { calibrateProber } from './calibrate-prober.ts'
import { readRow, rowBytes, writeRow } from './sample-format.ts'
import { stoppedFile } from './sample-file.ts'

const main = fileURLToPath(new URL('prober-main.ts', import.meta.url))
const grid = { intervalMs: 20, deadlineMs: 250 }

/** Starts a prober that can be calibrated, with its files below this directory. */
async function started(directory: string): Promise<{ readonly prober: ChildProcess; readonly outDir: string }> {
  const outDir = join(directory, 'samples')
  await Promise.all(['samples', 'evidence'].map((name) => mkdir(join(directory, name))))
  const calibration = Object.fromEntries(
    calibrationRounds.map((id) => [id, roundOfDrill(grid.intervalMs, grid.deadlineMs)]),
  )
  const times = { ...grid, originNs: String(process.hrtime.bigint()), maxDurationMs: 120_000 }
  const planFile = join(outDir, 'prober.plan.json')
  await writeFile(planFile, JSON.stringify({ name: 'prober', outDir, paths: [], calibration, ...times }))
  return { prober: spawn(process.execPath, [main, planFile], { stdio: 'inherit' }), outDir }
}

let runDir: string
let prober: ChildProcess
// Two rounds take 18 s; they are played once, and judged in several ways.
beforeAll(async () => {
  runDir = await mkdtemp(join(tmpdir(), 'drill-calibrated-'))
  const running = await started(runDir)
  const { outDir } = running
  prober = running.prober
  const ended = once(prober, 'exit')
  for (const round of calibrationRounds) {
    const noted = await calibrateProber({ outDir, name: 'prober', round, timeoutMs: 40_000 })
    await writeFile(join(runDir, 'evidence', `calibration-${round}.json`), JSON.stringify(noted))
  }
  prober.kill('SIGTERM')
  await ended
}, 120_000)
afterAll(async () => {
  prober.kill('SIGKILL')
  await rm(runDir, { recursive: true })
})

async function judged(): Promise<RunRecord> {
  const record: RunRecord = { ...goodRecord, probes: [], calibration: { ...goodCalibration, pulses: [] } }
  await writeFile(join(runDir, 'run.json'), JSON.stringify(record))
  return judgeRun(runDir, record, { ...noop, checks: [instrumentCalibrated] })
}
const pulsesOf = ({ calibration }: RunRecord): readonly Pulse[] => calibration?.pulses ?? []

// How much of it is unmeasured depends on how busy the machine is; everything else does not.
test('measures no pulse wrong on a target that is a process of its own, and is calibrated where it saw every fault', async () => {
  const record = await judged()
  const pulses = pulsesOf(record)
  const played = roundOfDrill(grid.intervalMs, grid.deadlineMs)
  for (const { id, connection } of calibrationPaths)
    expect(pulses.filter(({ path }) => path === id)).toHaveLength(
      calibrationRounds.length * played.filter(({ fault }) => faultsOn(connection).includes(fault)).length,
    )
  expect(pulses.filter(({ verdict }) => verdict === 'wrong')).toEqual([])
  expect(pulses.some(({ verdict }) => verdict === 'seen')).toBe(true)
  const shown = shortestSeen(pulses, calibrationRounds, grid.intervalMs)
  expect(record.verdict).toBe(shown.every(({ ms }) => ms !== null) ? 'pass' : 'unknown')
  expect(record.probes.map(({ id }) => id)).toEqual(['null-sibling', 'null'])
})

test('samples of a prober that takes faults for answers leave the run unknown, by the named check', async () => {
  const file = join(runDir, 'samples', 'calibration-new.samples')
  const bytes = await readFile(file)
  const blind = Buffer.from(bytes)
  for (let at = 0; at < blind.length; at += rowBytes)
    writeRow(blind, at, { ...readRow(blind, at), outcome: outcomes.ok, error: 0 })
  await writeFile(file, blind)
  const record = await judged()
  await writeFile(file, bytes)
  expect(record).toMatchObject({ verdict: 'unknown', findings: [{ id: 'instrument-calibrated', verdict: 'unknown' }] })
  expect(pulsesOf(record).some(({ verdict, path }) => verdict === 'wrong' && path === 'calibration-new')).toBe(true)
  expect(pulsesOf(record).some(({ verdict, path }) => verdict === 'wrong' && path !== 'calibration-new')).toBe(false)
})

test('a round that was not played leaves the run unknown', async () => {
  const file = join(runDir, 'evidence', 'calibration-settled.json')
  const text = await readFile(file, 'utf8')
  await rm(file)
  const record = await judged()
  await writeFile(file, text)
  expect(record.findings).toMatchObject([{ id: 'instrument-calibrated', verdict: 'unknown' }])
  expect(record.calibration?.calibratedMs).toBeNull()
})

test('a prober that was killed after the first round has measured nothing of the second', async () => {
  const { events, ...run } = await loadRun(runDir)
  expect(events).toEqual([])
  const meta = join(runDir, 'samples', 'calibration-new.json')
  const file = join(runDir, 'samples', 'calibration-new.samples')
  const [metaText, bytes] = [await readFile(meta, 'utf8'), await readFile(file)]
  const series = run.calibrationSeries.find(({ id }) => id === 'calibration-new')
  const half = Math.floor((series?.seq.length ?? 0) / 2)
  await writeFile(meta, metaText.replace(/"endMs":[\d.]+/, '"endMs":null'))
  await writeFile(file, bytes.subarray(0, half * rowBytes + 5))
  await writeFile(join(runDir, 'samples', stoppedFile('prober')), JSON.stringify({ endMs: series?.endMs }))
  const record = await judged()
  await Promise.all([writeFile(meta, metaText), writeFile(file, bytes)])
  const last = pulsesOf(record).filter(({ round, path }) => round === 'settled' && path === 'calibration-new')
  expect(last.slice(1).every(({ verdict }) => verdict === 'unmeasured')).toBe(true)
  expect(record.verdict).toBe('unknown')
})

test('a target ends with a prober that is killed, also in the middle of a round', { timeout: 60_000 }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'drill-calibrated-'))
  const { prober: killed, outDir } = await started(directory)
  const round = calibrateProber({ outDir, name: 'prober', round: 'baseline', timeoutMs: 6000 })
  const url = await waitFor(
    'the path to the target',
    async () => {
      const meta = JSON.parse(await readFile(join(outDir, 'calibration-new.json'), 'utf8')) as { target: string }
      return meta.target
    },
    { timeoutMs: 20_000, intervalMs: 50 },
  )
  killed.kill('SIGKILL')
  const answers = () =>
    fetch(url).then(
      () => true,
      () => false,
    )
  await waitFor('the target to end', async () => !(await answers()) && !(await answers()), { timeoutMs: 20_000 })
  await sleep(1000)
  expect(await answers()).toBe(false)
  await expect(round).rejects.toThrow(/the prober to be calibrated/)
  await rm(directory, { recursive: true })
})
