import { expect, test } from 'vitest'
import { crashTriggerAt } from './crash-point.ts'
import type { RepairMessage } from './repair-order.ts'

const event = (type: string, step: string): RepairMessage => ({ type: 'event', event: { type, step, title: step } })
const command: RepairMessage = { type: 'command-started', node: 'm1' }

function answers(cut: ReturnType<typeof crashTriggerAt>, messages: readonly RepairMessage[]) {
  return messages.map((message) => cut(message) ?? '-')
}

const course = [
  event('step.started', 'one'),
  command,
  event('step.finished', 'one'),
  command, // what the next step needs is asked before it starts
  event('step.started', 'two'),
  command,
  command,
  event('step.finished', 'two'),
  event('step.skipped', 'three'),
]

test.each([
  [{ when: 'after', step: 'two', command: 1 }, ['-', '-', '-', '-', '-', '-', '-', 'now', '-']],
  [{ when: 'after', step: 'three', command: 1 }, ['-', '-', '-', '-', '-', '-', '-', '-', 'now']],
  [{ when: 'in', step: 'two', command: 1 }, ['-', '-', '-', '-', '-', 'when begun', '-', 'now', '-']],
  [{ when: 'in', step: 'two', command: 2 }, ['-', '-', '-', '-', '-', '-', 'when begun', 'now', '-']],
  // Never: it has no third command, and the other has no work.
  [{ when: 'in', step: 'two', command: 3 }, ['-', '-', '-', '-', '-', '-', '-', '-', '-']],
  [{ when: 'in', step: 'three', command: 1 }, ['-', '-', '-', '-', '-', '-', '-', '-', '-']],
] as const)('%j', (crashPoint, expected) => {
  expect(answers(crashTriggerAt(crashPoint), course)).toEqual(expected)
})

test('a command of the user’s is cut at a line that it prints', () => {
  const said: RepairMessage = { type: 'event', event: { type: 'recovery.said', line: 'kubelets' } }
  const messages = [said, event('step.started', 'user-command'), said, said]
  expect(answers(crashTriggerAt({ when: 'in', step: 'user-command', command: 2 }), messages)).toEqual([
    ...['-', '-', '-', 'when begun'],
  ])
})
