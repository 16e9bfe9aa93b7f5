import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { lastLane, monitorBuild, remainingMs, type BuildState, type StageTime } from './build-monitor.ts'

const waiting = (lane: string, lastMs: number): StageTime => ({ lane, lastMs, elapsedMs: undefined, finished: false })
const running = (lane: string, lastMs: number, elapsedMs: number): StageTime => ({
  ...waiting(lane, lastMs),
  elapsedMs,
})
const finished = (lane: string, lastMs: number, elapsedMs: number): StageTime => ({
  ...running(lane, lastMs, elapsedMs),
  finished: true,
})

describe('what is left', () => {
  test('is the longer of two lanes, and then what comes after both', () => {
    expect(remainingMs([waiting('a', 10), waiting('a', 20), waiting('b', 25), waiting(lastLane, 5)])).toBe(35)
    expect(remainingMs([waiting('a', 10), waiting('b', 25)])).toBe(25)
    expect(remainingMs([])).toBe(0)
  })

  test('shrinks while a stage runs, and not below nothing', () => {
    expect(remainingMs([running('a', 100, 30)])).toBe(70)
    expect(remainingMs([running('a', 100, 300), waiting('a', 50)])).toBe(50)
  })

  test('is scaled by how long finished stages took this time', () => {
    expect(remainingMs([finished('a', 30_000, 60_000), waiting('a', 100_000)])).toBe(200_000)
  })

  test('is at least half of the last time, however short the cache made the stages before', () => {
    expect(remainingMs([finished('a', 100_000, 5_000), waiting('a', 100_000)])).toBe(50_000)
  })

  test('follows the packages of a stage once enough are compiled, linking included', () => {
    const at = (compiled: number) => remainingMs([{ ...running('a', 900, 100), packages: { compiled, of: 1000 } }])
    expect(at(10)).toBe(800)
    expect(at(500)).toBeCloseTo(120)
    expect(at(1000)).toBeCloseTo(10)
  })

  test('is not scaled by a stage of a few seconds', () => {
    expect(remainingMs([finished('a', 1_000, 9_000), waiting('a', 100_000)])).toBe(100_000)
  })
})

describe('a monitored build', () => {
  let directory = ''
  beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'drill-monitor-'))))
  afterEach(async () => rm(directory, { recursive: true }))

  const stages = [
    { id: 'one', title: 'One 1.0', lane: 'programs' },
    { id: 'two', title: 'Two 2.0', lane: 'programs' },
  ]

  test('reports what is under way with its packages, what was downloaded, and how long it will take', async () => {
    await writeFile(join(directory, 'before.zip'), 'x'.repeat(500))
    const timesFile = join(directory, 'times.json')
    await writeFile(timesFile, '{"one":40000,"two":20000}')
    const states: BuildState[] = []
    using monitor = await monitorBuild({
      stages,
      timesFile,
      downloadDirectories: [directory],
      onState: (state) => states.push(state),
    })
    monitor.started('one')
    monitor.packages('one', { compiled: 3, of: 8 })
    await writeFile(join(directory, 'module.zip'), 'x'.repeat(1000))
    await vi.waitFor(() => expect(states.at(-1)?.downloadedBytes).toBe(1000), { timeout: 10_000, interval: 100 })
    expect(states.at(-1)?.stages).toEqual([{ id: 'one', title: 'One 1.0', packages: { compiled: 3, of: 8 } }])
    expect(states.at(-1)?.expectedMs).toBeCloseTo(60_000, -3)
  }, 15_000)

  test('remembers at once how long a stage took, and nothing of a stage that was not planned', async () => {
    const timesFile = join(directory, 'times.json')
    await writeFile(timesFile, '{"two":20000}')
    using monitor = await monitorBuild({ stages, timesFile, downloadDirectories: [] })
    for (const id of ['one', 'cached']) {
      monitor.started(id)
      await monitor.finished(id)
    }
    const times = JSON.parse(await readFile(timesFile, 'utf8')) as Record<string, number>
    expect(times).toEqual({ one: expect.any(Number) as number, two: 20_000 })
    expect(times['one']).toBeLessThan(1000)
  })
})
