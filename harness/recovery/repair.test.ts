import { expect, test } from 'vitest'
import { defaultOptions } from '../../lib/index.ts'
import type { EventData } from '../model/journal.ts'
import { repair } from './repair.ts'
import type { repairProcess } from './repair-process.ts'

const order = {
  what: 'repair',
  machines: [],
  runDir: '/nowhere',
  originNs: '0',
  recovery: { id: 'library', options: defaultOptions },
} as const
const crashPoint = { when: 'after', step: 'start-etcd', command: 1 } as const

/** A repair whose process ends so, time after time. */
async function repaired(ends: readonly { cut: boolean }[], interrupted: boolean) {
  const events: EventData[] = []
  const runs: boolean[] = []
  const run: typeof repairProcess = async (_order, { cut, onReady, onEvent }) => {
    onReady?.()
    onEvent({ type: 'milestone.reached', milestone: 'verified', title: 'Repair verified' })
    runs.push(cut !== undefined)
    return ends[runs.length - 1] ?? { cut: false }
  }
  const journal = { append: (event: EventData) => (events.push(event), { seq: 0, atMs: 0, ...event }) }
  const onKilled = async () => void events.push({ type: 'looked at authorities' })
  const signal = new AbortController().signal
  const onVerified = () => void events.push({ type: 'goes on beside it' })
  await repair(order, { journal, signal, onKilled, onVerified, run, ...(interrupted ? { crashPoint } : {}) })
  return { types: events.map(({ type, milestone }) => milestone ?? type), runs }
}

test('nobody asked for a kill', async () => {
  expect(await repaired([{ cut: false }], false)).toEqual({
    types: ['recovery-started', 'verified', 'goes on beside it'],
    runs: [false],
  })
})

test('killed, looked at, and begun again, then to its end', async () => {
  expect(await repaired([{ cut: true }], true)).toEqual({
    types: [
      ...['recovery-started', 'verified', 'recovery.killed', 'looked at authorities'],
      ...['recovery-started', 'verified', 'goes on beside it'],
    ],
    runs: [true, false],
  })
})

test('one that was never killed as asked is on the journal, and not begun again', async () => {
  expect(await repaired([{ cut: false }], true)).toEqual({
    types: ['recovery-started', 'verified', 'recovery.not-killed'],
    runs: [true],
  })
})
