import { expect, test } from 'vitest'
import { defaultOptions } from '../../lib/index.ts'
import { crashPointOf, whereOf } from './crash-point-options.ts'
import { stepsOf } from './steps-of.ts'

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

test.each(['library', 'article', 'article-patient', '/srv/repair.sh'])(
  'the steps of %s are known before there is a machine',
  async (id) => {
    const ids = (await stepsOf({ recovery: { id, options: defaultOptions }, runDir: '/nowhere' })).map(
      (step) => step.id,
    )
    expect(ids.length).toBeGreaterThan(0)
    expect(new Set(ids).size).toBe(ids.length)
  },
)
