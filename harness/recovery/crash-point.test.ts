import { expect, test } from 'vitest'
import { crashPointOf, crashTriggerAt, whereOf } from './crash-point.ts'
import type { RepairMessage } from './repair-order.ts'

const steps = [{ id: 'preflight' }, { id: 'start-etcd' }]

test('nothing was asked for', () => expect(crashPointOf({}, steps)).toBeUndefined())

test.each([
  [{ interruptAfter: 'start-etcd' }, { when: 'after', step: 'start-etcd', command: 1 }, 'after start-etcd'],
  [{ interruptIn: 'start-etcd' }, { when: 'in', step: 'start-etcd', command: 1 }, 'in start-etcd'],
  [{ interruptIn: 'start-etcd:12' }, { when: 'in', step: 'start-etcd', command: 12 }, 'in start-etcd, command 12'],
])('%j', (flags, crashPoint, where) => {
  expect(crashPointOf(flags, steps)).toEqual(crashPoint)
  expect(whereOf(crashPoint as never)).toBe(where)
})

test.each([
  [{ interruptAfter: 'start-etcd', interruptIn: 'start-etcd' }, /once/],
  [{ interruptAfter: 'nothing' }, /no step is called "nothing"/],
  [{ interruptAfter: 'start-etcd:2' }, /no step is called "start-etcd:2"/],
  [{ interruptIn: 'start-etcd:0' }, /no step is called "start-etcd:0"/],
  [{ interruptIn: '' }, /no step is called ""/],
])('%j is refused', (flags, message) => expect(() => crashPointOf(flags, steps)).toThrow(message))

const event = (type: string, step: string): RepairMessage => ({ type: 'event', event: { type, step, title: step } })
const command: RepairMessage = { type: 'command-started', node: 'm1' }

function answers(trigger: ReturnType<typeof crashTriggerAt>, messages: readonly RepairMessage[]) {
  return messages.map((message) => trigger(message) ?? '-')
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

test('a command of the user is killed at a line that it prints', () => {
  const said: RepairMessage = { type: 'event', event: { type: 'recovery.said', line: 'kubelets' } }
  const messages = [said, event('step.started', 'user-command'), said, said]
  expect(answers(crashTriggerAt({ when: 'in', step: 'user-command', command: 2 }), messages)).toEqual([
    ...['-', '-', '-', 'when begun'],
  ])
})
