import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import type { RunRecord } from '../model/run-record.ts'
import { fakeRun } from '../testing/fake-run.ts'
import { controlOf } from './control-run.ts'

const { record } = fakeRun('pass', { samples: 50 })
const scenario = { ...record.scenario, id: 'noop' }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-control-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Stores a run of noop on a day of November. */
async function stored(day: number, change: Partial<RunRecord> = {}): Promise<string> {
  const id = `202611${day}T000000Z-noop-m1`
  await mkdir(join(folder, id))
  const run = { ...record, id, scenario, startedAt: `2026-11-${day}T00:00:00.000Z`, ...change }
  await writeFile(join(folder, id, 'run.json'), JSON.stringify(run))
  return join(folder, id)
}
const found = async (of: RunRecord = record) => (await controlOf(join(folder, 'run'), of))?.id

test('the newest noop of the same topology in the same folder', async () => {
  expect(await found()).toBeUndefined()
  await stored(11)
  await stored(13)
  await stored(12)
  await stored(14, { topology: { controlPlanes: 3, workers: 2 } })
  await stored(15, { stage: 'collected' })
  await stored(16, { probes: [] })
  await mkdir(join(folder, '20261117T000000Z-noop-m1'))
  expect(await found()).toBe('20261113T000000Z-noop-m1')
})

test('a noop has no control arm but the one that is named', async () => {
  const other = await stored(11)
  const noop = { ...record, scenario }
  expect(await found(noop)).toBeUndefined()
  expect(await controlOf(folder, noop, other)).toMatchObject({ id: '20261111T000000Z-noop-m1' })
})

test('what is named must be one', async () => {
  const wider = await stored(11, { topology: { controlPlanes: 1, workers: 5 } })
  await expect(controlOf(folder, record, wider)).rejects.toThrow(UsageError)
  await expect(controlOf(folder, record, join(folder, 'none'))).rejects.toThrow(UsageError)
})
