import { expect, test } from 'vitest'
import { goodRecord } from '../../harness/testing/run-fixture.ts'
import { budgetText, cpuText } from './host-budgets.ts'

const plain = (text: string | undefined) => text?.replaceAll('\u00A0', ' ')

test('a budget that did not grow is told as stated, one that grew with the reason', () => {
  expect(plain(budgetText(50_000, goodRecord.hostSpeed))).toBe('budget 50.0 s')
  expect(plain(budgetText(50_000, { ...goodRecord.hostSpeed, othersShare: 0.5 }))).toBe(
    'budget 50.0 s, on this host 1 min 40 s (cores 1.00 times slower than the reference, 50.00 % of the processor time taken by others)',
  )
})

test('processor time, with its budget where there is one', () => {
  expect(plain(cpuText(goodRecord))).toBe('52.0 s of processor time, budget 1 min 20 s')
  expect(plain(cpuText({ ...goodRecord, budgets: { ...goodRecord.budgets, cpuSeconds: null } }))).toBe(
    '52.0 s of processor time',
  )
  expect(cpuText({ ...goodRecord, cpuSeconds: null })).toBeUndefined()
})
