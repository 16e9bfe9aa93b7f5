import { expect, test } from 'vitest'
import { stepCommands } from './step-commands.ts'

const step = (id: string, fromMs: number, toMs: number | null) => ({
  id,
  title: id,
  fromMs,
  toMs,
  status: 'done' as const,
})
const command = (seq: number, atMs: number, durationMs: number) => ({
  ...{ seq, atMs, durationMs },
  ...{ type: 'command.finished', node: 'worker', command: 'true', exitCode: 0 },
})

test('a command belongs to the step in which it began and ended; the last step may be unfinished', () => {
  const steps = [step('a', 1000, 2000), step('b', 3000, null)]
  const events = [command(0, 1500, 400), command(1, 2500, 100), command(2, 3500, 800), command(3, 9000, 100)]
  const seen = stepCommands([...events, { seq: 4, atMs: 1600, type: 'client.rejected' }], steps)
  expect(seen.map((commands) => commands.map(({ event }) => event.seq))).toEqual([[0], [3]])
})
