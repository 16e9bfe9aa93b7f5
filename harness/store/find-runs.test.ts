import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fakeRun } from '../testing/fake-run.ts'
import { writeFakeRun } from '../testing/write-fake-run.ts'
import { findRuns } from './find-runs.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drill-find-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function make(...path: readonly string[]): Promise<string> {
  const directory = join(folder, ...path)
  await mkdir(directory, { recursive: true })
  return directory
}

test('runs are found in a folder of runs, in folders of artifacts, and where one is given itself, each once', async () => {
  const deep = await make('night', 'artifact', 'runs', 'a')
  const { record } = fakeRun('noop', { samples: 10 })
  await writeFile(join(deep, 'run.json'), JSON.stringify({ ...record, startedAt: '2026-11-25T02:15:00Z' }))
  const near = await writeFakeRun(await make('b'))
  await symlink('b', join(folder, 'latest'))
  const { runs, unreadable } = await findRuns([folder, near, join(folder, 'latest'), deep])
  expect(runs.map(({ directory }) => directory).toSorted()).toEqual([
    join(folder, 'b'),
    join(folder, 'night/artifact/runs/a'),
  ])
  expect(unreadable).toEqual([])
})

test('a copy of a run is no second run: the first place by name counts', async () => {
  await writeFakeRun(await make('latest'))
  await writeFakeRun(await make('20261124T021500Z-lost-pki-m1'))
  const { runs } = await findRuns([folder])
  expect(runs.map(({ directory }) => directory)).toEqual([join(folder, '20261124T021500Z-lost-pki-m1')])
})

test('a run that cannot be read is named with the reason, and hides no other', async () => {
  await writeFakeRun(await make('good'))
  await writeFile(join(await make('newer'), 'run.json'), '{"schemaVersion": 99}')
  await writeFile(join(await make('older'), 'run.json'), '{"schemaVersion": 1}')
  await writeFile(join(await make('cut'), 'run.json'), '{"schemaVersion": 2')
  await writeFile(join(await make('killed'), 'journal.jsonl'), '')
  const { runs, unreadable } = await findRuns([folder])
  expect(runs).toHaveLength(1)
  expect(unreadable.map(({ reason }) => reason.replaceAll(`${folder}/`, '')).toSorted()).toEqual([
    'cut/run.json is no JSON: it is damaged or incomplete',
    'killed/run.json is missing or cannot be read: give a run directory, such as runs/latest',
    'newer/run.json has version 99, this drill reads version 2: use a newer drill',
    'older/run.json has version 1, this drill reads version 2: use the drill that wrote it',
  ])
})

test('a folder without a run, or no folder at all, is refused with what to do', async () => {
  await make('empty', 'inside')
  await expect(findRuns([join(folder, 'empty')])).rejects.toThrow('holds no run')
  await expect(findRuns([join(folder, 'nowhere')])).rejects.toMatchObject({
    message: `${join(folder, 'nowhere')} is no folder`,
    fix: 'give a folder of runs, such as runs',
  })
})
