import { expect, test } from 'vitest'
import { goodRecord } from '../testing/run-fixture.ts'
import { cpuFinding } from './cpu-budget.ts'

const { hostSpeed, budgets, recovery } = goodRecord

test('within the budget it is a fact', () => {
  expect(cpuFinding(goodRecord)).toEqual({
    failures: [],
    unknowns: [],
    facts: ['the repair used 52 s of processor time, allowed are 80 s'],
  })
})

test('over the budget it is a failure, unless the cores are that much slower', () => {
  const over = { ...goodRecord, cpuSeconds: 100 }
  expect(cpuFinding(over).failures).toEqual(['the repair used 100 s of processor time, allowed are 80 s'])
  expect(cpuFinding({ ...over, hostSpeed: { ...hostSpeed, othersShare: 0.5 } }).failures).toHaveLength(1)
  expect(cpuFinding({ ...over, hostSpeed: { ...hostSpeed, recoveredMs: 900 } })).toMatchObject({
    failures: [],
    unknowns: [],
  })
  const slowHost = { ...over, cpuSeconds: 300, hostSpeed: { ...hostSpeed, recoveredMs: 2500 } }
  expect(cpuFinding(slowHost)).toMatchObject({
    failures: [],
    unknowns: [expect.stringContaining('slower than a budget')],
  })
})

test('not measured is unknown; no budget, and a repair that did its work twice, say nothing', () => {
  expect(cpuFinding({ ...goodRecord, cpuSeconds: null }).unknowns).toHaveLength(1)
  const nothing = { failures: [], unknowns: [], facts: [] }
  expect(cpuFinding({ ...goodRecord, budgets: { ...budgets, cpuSeconds: null } })).toEqual(nothing)
  const killed = {
    ...goodRecord,
    cpuSeconds: 500,
    recovery: recovery && { ...recovery, crashPoint: 'after start-etcd' },
  }
  expect(cpuFinding(killed)).toEqual(nothing)
})
