import { expect, test } from 'vitest'
import { openJournal } from '../store/journal.ts'
import { runRecordSchema } from '../model/run-record.ts'
import { fakeDrill } from '../testing/fake-drill.ts'
import { plannedRecord } from './progress-record.ts'

test('the time allowed for a recovery grows with the control planes', async () => {
  using journal = openJournal('/dev/null')
  const { planOf, portsOf } = fakeDrill('', journal, AbortSignal.abort())
  const plan = planOf({})
  const environment = await portsOf({}).environment(plan)
  const allowed = [1, 2, 3].map((controlPlanes) =>
    plannedRecord({ ...plan, topology: { controlPlanes, workers: 2 } }, environment),
  )
  expect(allowed.map((record) => runRecordSchema.parse(record).budgets.milestones['recovered']?.ms)).toEqual([
    40_000, 50_000, 60_000,
  ])
})
