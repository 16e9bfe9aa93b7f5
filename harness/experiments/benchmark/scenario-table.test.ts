import { expect, test } from 'vitest'
import { goodRecord } from '../../testing/run-fixture.ts'
import { scenarioTable, type RepairedRun } from './scenario-table.ts'

const drill = 'lost-pki --control-planes 1 --workers 2'
const run = (cpuSeconds: number, change: Partial<RepairedRun> = {}): RepairedRun => ({
  drill,
  record: { ...goodRecord, cpuSeconds, hostSpeed: { ...goodRecord.hostSpeed, recoveredMs: 800 } },
  commands: { total: 310, most: 95 },
  ...change,
})
const cells = (runs: readonly RepairedRun[], row = 0) => {
  const line = scenarioTable(runs).split('\n')[row + 2] ?? ''
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
}

test('a row for each drill: what its repair took and cost', () => {
  const other = run(12, { drill: 'lost-sa-key --control-planes 2 --workers 1' })
  expect(cells([run(38.4), other]).slice(0, 7)).toEqual([
    `\`${drill}\``,
    '1',
    expect.any(String),
    '38',
    '1.25',
    '310',
    '95',
  ])
  expect(cells([run(38.4), other], 1)[0]).toContain('lost-sa-key')
})

test('several runs of a drill: the median and the spread', () => {
  expect(cells([run(38), run(45), run(40)]).slice(0, 4)).toEqual([
    `\`${drill}\``,
    '3',
    expect.any(String),
    '40 (38–45)',
  ])
})

test('what was not measured is no number, and a run that was not recovered in no row', () => {
  const record = {
    ...goodRecord,
    cpuSeconds: null,
    hostSpeed: { ...goodRecord.hostSpeed, baselineMs: null, recoveredMs: null },
  }
  expect(cells([run(38, { record })]).slice(3, 5)).toEqual(['–', '–'])
  expect(cells([run(38, { commands: null })])).toEqual([])
})
