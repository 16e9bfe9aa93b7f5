import { expect, it } from 'vitest'
import type { Hold, Holds } from '../model.ts'
import type { RecoveryEvent } from './recovery-event.ts'
import { announcedHolds, giveBack } from './holds.ts'

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

it('says what is taken and released, each where it changes', async () => {
  const events: RecoveryEvent[] = []
  const emit = (event: RecoveryEvent) => void events.push(event)
  const holds = announcedHolds({ emit })
  const hold: Hold = { until: 'within 60 s', release: () => Promise.resolve() }
  holds.set('a lease', hold)
  holds.set('a token', hold)
  expect(holds.delete('a lease')).toBe(true)
  expect(holds.delete('a lease')).toBe(false)
  await giveBack(holds, { emit })
  expect(events).toEqual([
    { type: 'hold.taken', what: 'a lease', until: 'within 60 s' },
    { type: 'hold.taken', what: 'a token', until: 'within 60 s' },
    { type: 'hold.released', what: 'a lease' },
    { type: 'hold.given-back', what: 'a token' },
  ])
})
