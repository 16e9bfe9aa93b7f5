import { expect, it } from 'vitest'
import type { Hold, Holds } from '../model.ts'
import type { RecoveryEvent } from './recovery-event.ts'
import { giveBack } from './holds.ts'

async function given(holds: Holds) {
  const events: RecoveryEvent[] = []
  await giveBack(holds, { emit: (event) => events.push(event) })
  return events
}

it('gives back all that is held, also where one cannot be, and only once', async () => {
  const back: string[] = []
  const until = 'within 60 s'
  const holds: Holds = new Map<string, Hold>([
    ['a lease', { until, release: () => Promise.reject(new Error('the API is down')) }],
    ['the log level', { until, release: async (signal) => void back.push(signal.aborted ? 'too late' : 'in time') }],
  ])
  expect(await given(holds)).toEqual(
    expect.arrayContaining([
      { type: 'hold.kept', what: 'a lease', until, message: 'the API is down' },
      { type: 'hold.given-back', what: 'the log level' },
    ]),
  )
  expect(back).toEqual(['in time'])
  expect(await given(holds)).toEqual([])
})
