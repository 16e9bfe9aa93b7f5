import { expect, test } from 'vitest'
import { defaultOptions } from '../../lib/index.ts'
import type { EventData } from '../model/journal.ts'
import { repair } from './repair.ts'
import type { repairProcess } from './repair-process.ts'

const order = {
  what: 'repair',
  nodes: [],
  runDir: '/nowhere',
  originNs: '0',
  recovery: { id: 'library', options: defaultOptions },
} as const
const crashPoint = { when: 'after', step: 'start-etcd', command: 1 } as const

/** A repair whose process ends so, time after time. */
async function repaired(ends: readonly { killed: boolean }[], interrupted: boolean) {
  const events: EventData[] = []
  const runs: boolean[] = []
  const run: typeof repairProcess = async (_order, { crashTrigger, onReady, onEvent }) => {
    onReady?.()
    onEvent({ type: 'milestone.reached', milestone: 'verified', title: 'Repair verified' })
    runs.push(crashTrigger !== undefined)
    return ends[runs.length - 1] ?? { killed: false }
  }
  const journal = { append: (event: EventData) => (events.push(event), { seq: 0, atMs: 0, ...event }) }
  const onKilled = async () => void events.push({ type: 'evidence of the kill' })
  const signal = new AbortController().signal
  const onVerified = () => void events.push({ type: 'watching on' })
  await repair(order, { journal, signal, onKilled, onVerified, run, ...(interrupted ? { crashPoint } : {}) })
  return { types: events.map(({ type, milestone }) => milestone ?? type), runs }
}

test('without a crash point', async () => {
  expect(await repaired([{ killed: false }], false)).toEqual({
    types: ['recovery-started', 'verified', 'watching on'],
    runs: [false],
  })
})

test('killed, observed, and started again, then to its end', async () => {
  expect(await repaired([{ killed: true }], true)).toEqual({
    types: [
      ...['recovery-started', 'verified', 'recovery.killed', 'evidence of the kill'],
      ...['recovery-started', 'verified', 'watching on'],
    ],
    runs: [true, false],
  })
})

test('a crash point that was never reached is on the journal, and the repair is not started again', async () => {
  expect(await repaired([{ killed: false }], true)).toEqual({
    types: ['recovery-started', 'verified', 'recovery.not-killed'],
    runs: [true],
  })
})
