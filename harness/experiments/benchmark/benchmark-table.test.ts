import { expect, test } from 'vitest'
import type { BenchmarkResult, Repair } from './benchmark-result.ts'
import { benchmarkTable } from './benchmark-table.ts'

const repair = (
  round: number,
  variant: Repair['variant'],
  seconds: number | null,
  changes: Partial<Repair> = {},
): Repair => ({
  round,
  variant,
  milestones: [
    { id: 'etcd-healthy', title: 'etcd healthy', atMs: 3000 },
    { id: 'api-ready', title: 'API ready', atMs: 9000 },
    { id: 'nodes-ready', title: 'All Nodes Ready', atMs: 12_600 },
    { id: 'tokens-reissued', title: 'Tokens reissued', atMs: 14_900 },
  ],
  cpuSeconds: 41.6,
  commands: { total: 310, most: 95 },
  recoveredMs: seconds === null ? null : seconds * 1000,
  error: seconds === null ? 'it broke' : null,
  failedProbes: 0,
  failedLookups: 0,
  longestGapMs: 125.4,
  coverage: 1,
  podsLost: [],
  ...changes,
})

const result: BenchmarkResult = {
  startedAt: '2026-11-24T02:00:00Z',
  scenario: 'lost-pki',
  topology: { controlPlanes: 3, workers: 2 },
  rounds: 3,
  environment: {},
  creations: [100, 110, 102].map((seconds, at) => ({ round: at + 1, kindMs: seconds * 900, readyMs: seconds * 1000 })),
  repairs: [
    ...[50, 45, 51].map((seconds, at) => repair(at + 1, 'library', seconds)),
    ...[150, null, 170].map((seconds, at) =>
      repair(at + 1, 'article-patient', seconds, { failedProbes: 40, podsLost: seconds ? ['a/b', 'a/c'] : null }),
    ),
  ],
}

const cells = (title: string, of = result) =>
  benchmarkTable(of)
    .split('\n')
    .find((line) => line.startsWith(`| ${title} |`))
    ?.split('|')
    .slice(2, -1)
    .map((cell) => cell.trim())

test('median, spread, and what ours is of the others', () => {
  expect(cells('ready, or recovered')).toEqual([
    '102 s (100 s–110 s)',
    '50 s (45 s–51 s)',
    '160 s (150 s–170 s)',
    '0.31',
    '0.49',
  ])
  expect(cells('kind returned')?.[0]).toBe('92 s (90 s–99 s)')
})

test('a round that failed is counted, and is in no median', () => {
  expect(cells('rounds that ended so')).toEqual(['3', '3 of 3', '2 of 3', '', ''])
  expect(cells('pods lost')).toEqual(['', '0 (0–0)', '2 (2–2)', '', ''])
})

test('milestones are those that a repair announced, whoever did; processor time and commands are rows', () => {
  expect(cells('API ready')).toEqual(['', '9.0 s (9.0 s–9.0 s)', '9.0 s (9.0 s–9.0 s)', '1.00', ''])
  const own = { id: 'own', title: 'Of its own', atMs: 5000 }
  const one = { ...result, repairs: [repair(1, 'article-patient', 90, { milestones: [own] })] }
  expect(cells('Of its own', one)).toEqual(['', '–', '5.0 s', '–', ''])
  expect(cells('CPU-seconds of the repair')).toEqual(['', '42 (42–42)', '42 (42–42)', '', ''])
  expect(cells('commands on machines')).toEqual(['', '310 (310–310)', '310 (310–310)', '', ''])
  expect(cells('the most on one')).toEqual(['', '95 (95–95)', '95 (95–95)', '', ''])
})

test('what nobody reached is no number', () => {
  const empty = { ...result, creations: [], repairs: [] }
  expect(cells('ready, or recovered', empty)).toEqual(['–', '–', '–'])
})

test('every row of the table has as many cells', () => {
  const rows = benchmarkTable(result)
    .split('\n')
    .filter((line) => line.startsWith('|'))
  expect(new Set(rows.map((line) => line.split('|').length))).toEqual(new Set([8]))
})

test('without the article its columns are gone', () => {
  const alone = { ...result, repairs: result.repairs.filter(({ variant }) => variant === 'library') }
  expect(cells('ready, or recovered', alone)).toEqual(['102 s (100 s–110 s)', '50 s (45 s–51 s)', '0.49'])
})
