import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { diffOf } from '../../reports/comparison/run-diff.ts'
import { fakeRun, type FakeRunKind } from '../testing/fake-run.ts'
import { diffLines } from './diff-text.ts'
import { expectedMatrix } from './expected-matrix.ts'
import { writeHistory } from './write-history.ts'
import { writeMatrix } from './write-matrix.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-stored-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A stored run, of the first scenario that its command names, of which only the record is left. */
function store(name: string, argv: string, kind: FakeRunKind = 'pass', change: object = {}): string {
  const directory = join(folder, name)
  mkdirSync(join(directory, 'report'), { recursive: true })
  const { record: fake } = fakeRun(kind, { samples: 100 })
  const words = argv.split(' ')
  const record = { ...fake, scenario: { ...fake.scenario, id: words[1] }, argv: words, ...change }
  writeFileSync(join(directory, 'run.json'), JSON.stringify(record))
  return directory
}

test('the expected matrix: ci is a part of nightly, and a file names its own', async () => {
  const [nightly, ci] = await Promise.all([expectedMatrix('nightly'), expectedMatrix('ci')])
  expect(ci.length).toBeGreaterThan(5)
  expect(nightly.length).toBeGreaterThan(ci.length)
  const drills = new Set(nightly.map(({ drill }) => drill))
  expect(ci.every(({ drill }) => drills.has(drill))).toBe(true)
  const file = join(folder, 'matrix.json')
  writeFileSync(file, JSON.stringify([{ id: 'noop', drills: [{ run: 'noop --masters 2', title: 'on two' }] }]))
  expect(await expectedMatrix(file)).toEqual([{ drill: 'noop --control-planes 2 --workers 2', title: 'on two' }])
})

test.each([
  ['[]', 'names no drill'],
  ['{"a": 1}', 'names no drill'],
  ['[{"id": "noop"}]', 'names no drill'],
  ['[{"drills": []}]', 'names no drill'],
  ['[', 'is no JSON'],
])('a matrix of %s %s', async (text, problem) => {
  const file = join(folder, 'matrix.json')
  writeFileSync(file, text)
  await expect(expectedMatrix(file)).rejects.toMatchObject({
    message: `--matrix: ${file} ${problem.replace('no drill', 'no drill, as drill list --json does')}`,
    fix: expect.stringContaining('drill list --json') as string,
  })
})

test('a matrix that is no file is refused with what to give', async () => {
  await expect(expectedMatrix('nigthly')).rejects.toMatchObject({ fix: 'give nightly, ci or a file' })
})

test('drills that one command ran on the same cluster are each a drill of the matrix', async () => {
  const matrix = join(folder, 'matrix.json')
  writeFileSync(matrix, JSON.stringify([{ drills: [{ run: 'lost-pki' }, { run: 'noop' }] }]))
  const noop = { ...fakeRun('pass', { samples: 100 }).record.scenario, id: 'noop' }
  store('runs/a', 'run lost-pki noop')
  store('runs/b', 'run lost-pki noop', 'pass', { id: 'b', scenario: noop })
  const { claim } = await writeMatrix([join(folder, 'runs')], { matrix, out: join(folder, 'merged') })
  expect(claim).toBe('2 of 2 runs ended as expected')
  const { series } = await writeHistory([join(folder, 'runs')])
  expect(series.map(({ drill }) => drill.split(' ')[0]).toSorted()).toEqual(['lost-pki', 'noop'])
})

test('a merge: reports of all runs, links to those that have one, the missing named', async () => {
  const matrix = join(folder, 'matrix.json')
  writeFileSync(matrix, JSON.stringify([{ drills: [{ run: 'lost-pki' }, { run: 'noop' }, { run: 'no-repair' }] }]))
  const passed = store('runs/a', 'run lost-pki --masters 1 --out x')
  store('runs/b', 'run no-repair', 'outage', { expects: 'fail' })
  writeFileSync(join(passed, 'report/index.html'), '')
  const out = join(folder, 'merged')
  const { verdict, claim, files } = await writeMatrix([join(folder, 'runs')], { matrix, out })
  expect([verdict, claim]).toEqual(['unknown', '2 of 2 runs ended as expected; 1 of 3 drills without a run'])
  expect(files.every(existsSync)).toBe(true)
  const page = readFileSync(join(out, 'index.html'), 'utf8')
  expect(page).toContain('href="../runs/a/report/index.html"')
  expect(page).not.toContain('runs/b')
  expect(readFileSync(join(out, 'junit.xml'), 'utf8')).toContain('noop --control-planes 1 --workers 2 (missing)')
})

test('a history: beside the runs or where it is told, with what cannot be read', async () => {
  store('runs/a', 'run lost-pki')
  mkdirSync(join(folder, 'runs/b'))
  writeFileSync(join(folder, 'runs/b/run.json'), '{')
  const runs = join(folder, 'runs')
  const { file, series, unreadable } = await writeHistory([runs])
  expect([file, series.length, unreadable.length]).toEqual([join(runs, 'history.html'), 1, 1])
  expect(readFileSync(file, 'utf8')).toContain('is no JSON')
  const elsewhere = join(folder, 'public', 'index.html')
  expect((await writeHistory([runs], elsewhere)).file).toBe(elsewhere)
  await expect(writeHistory([runs], join(runs, 'a/run.json/x.html'))).rejects.toThrow('cannot write')
})

test('a diff as text: what changed, both sides, and what got worse', () => {
  const of = (kind: FakeRunKind, kubernetes: string) => ({
    drill: 'lost-pki',
    record: { ...fakeRun(kind).record, versions: { kubernetes } },
  })
  const text = stripVTControlCharacters(diffLines(diffOf(of('pass', 'v1.36.4'), of('outage', 'v1.37.0'))).join('\n'))
  expect(text).toContain('kubernetes: v1.36.4 → v1.37.0')
  expect(text).toMatch(/^Recovered +39\.7 s +39\.7 s$/m)
  expect(text).toMatch(/^no-downtime +pass +fail +▲ worse$/m)
  expect(text).toMatch(/What got worse\nno-downtime: pass → fail, cluster-ip-new: 92 probes failed/)
  expect(text).toContain('path cluster-ip-new, failed: 0 → 92')
})
