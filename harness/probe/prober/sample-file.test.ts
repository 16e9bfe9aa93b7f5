import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UsageError } from '../../model/errors.ts'
import { errorClasses, type Row, rowBytes, sampleFormat } from './sample-format.ts'
import { readSeries, stoppedFile } from './sample-file.ts'
import { sampleWriter } from './sample-writer.ts'

let dir: string
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'drill-samples-'))))
afterEach(() => rmSync(dir, { recursive: true }))

const meta = {
  format: sampleFormat,
  prober: 'prober',
  order: 0,
  id: 'pod',
  title: 'A pod',
  target: 'http://10.0.0.1:8080/',
  connection: 'new',
  intervalMs: 20,
  deadlineMs: 250,
  startMs: 1000,
  errors: errorClasses,
  anchor: { runMs: 0, wall: '2026-01-01T00:00:00.000Z' },
}
const row = (seq: number, change: Partial<Row> = {}): Row => ({
  seq,
  lagMs: 0.5,
  latencyMs: 2.5,
  outcome: 0,
  error: 0,
  backend: 0,
  ...change,
})

async function written(rows: readonly Row[], endMs?: number): Promise<void> {
  const writer = sampleWriter(dir, meta)
  for (const [index, one] of rows.entries()) {
    writer.add({ ...one, backend: one.backend === 0 ? 0 : writer.backend(`pod-${one.backend}`) })
    if (index % 7 === 3) await writer.flush()
  }
  await (endMs === undefined ? writer.flush() : writer.close(endMs))
}
const one = async () => {
  const [series] = await readSeries(dir)
  if (!series) throw new Error('nothing was read')
  return series
}

const rows = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { maxLength: 40 }).chain((seqs) =>
  fc.tuple(
    ...seqs.map((seq) =>
      fc.record({
        seq: fc.constant(seq),
        lagMs: fc.float({ min: 0, max: 1000, noNaN: true }),
        latencyMs: fc.float({ min: 0, max: 1000, noNaN: true }),
        outcome: fc.integer({ min: 0, max: 2 }),
        error: fc.integer({ min: 0, max: errorClasses.length - 1 }),
        backend: fc.integer({ min: 0, max: 3 }),
      }),
    ),
  ),
)

test('what is written is read, in the order of the grid', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (all) => {
      rmSync(join(dir, 'pod.samples'), { force: true })
      await written(all, 11_000)
      const series = await one()
      const sorted = all.toSorted((a, b) => a.seq - b.seq)
      expect([...series.seq]).toEqual(sorted.map(({ seq }) => seq))
      expect([...series.lagMs]).toEqual(sorted.map(({ lagMs }) => lagMs))
      expect([...series.latencyMs]).toEqual(sorted.map(({ latencyMs }) => latencyMs))
      expect([...series.outcome]).toEqual(sorted.map(({ outcome }) => outcome))
      expect(Array.from(series.error, (index) => series.errors[index])).toEqual(
        sorted.map(({ error }) => errorClasses[error]),
      )
      expect(Array.from(series.backend, (index) => series.backends[index])).toEqual(
        sorted.map(({ backend }) => (backend === 0 ? '' : `pod-${backend}`)),
      )
      expect(series.endMs).toBe(11_000)
    }),
    { numRuns: 12 },
  )
})

test('a file that ends within a row loses that row only', async () => {
  await written([row(0), row(1), row(2)])
  truncateSync(join(dir, 'pod.samples'), 2 * rowBytes + 5)
  expect(await one()).toMatchObject({ seq: Uint32Array.of(0, 1), endMs: 1040 })
})

test('a killed prober planned up to where the harness wanted to stop', async () => {
  await written([row(0), row(1)])
  writeFileSync(join(dir, stoppedFile('prober')), '{"endMs":3000}')
  expect((await one()).endMs).toBe(3000)
})

test('a prober that ended after it was told to did plan until then', async () => {
  await written([row(0)], 3010)
  writeFileSync(join(dir, stoppedFile('prober')), '{"endMs":3000}')
  expect((await one()).endMs).toBe(3010)
})

test('more rows than fit are dropped, not mixed up', async () => {
  const writer = sampleWriter(dir, meta)
  for (let seq = 0; seq < 6000; seq++) writer.add(row(seq))
  await writer.close(2000)
  expect([...(await one()).seq]).toEqual(Array.from({ length: 4096 }, (_, seq) => seq))
})

test('no directory has no series; a damaged one is refused in one line', async () => {
  expect(await readSeries(join(dir, 'none'))).toEqual([])
  await written([row(0)], 2000)
  const file = join(dir, 'pod.json')
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40))
  await expect(readSeries(dir)).rejects.toThrow(UsageError)
})
