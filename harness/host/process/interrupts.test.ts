import { expect, test, vi } from 'vitest'
import { InterruptedError } from '../../model/errors.ts'
import { interruptSignals, onInterrupt } from './interrupts.ts'

/** As the system would call them; a real signal would reach the test runner as well. */
function deliver(name: NodeJS.Signals): void {
  const listener = process.listeners(name).at(-1) as ((name: NodeJS.Signals) => void) | undefined
  listener?.(name)
}

test.each(interruptSignals)('the first %s aborts, and names itself and what to do', (name) => {
  using interrupt = onInterrupt({ fix: 'drill setup' })
  deliver(name)
  expect(interrupt.signal.reason).toBeInstanceOf(InterruptedError)
  expect(interrupt.signal.reason).toMatchObject({ message: `interrupted by ${name}`, fix: 'drill setup' })
})

test('a later signal, whichever it is, changes nothing and says so', () => {
  const onRepeat = vi.fn()
  using interrupt = onInterrupt({ onRepeat })
  deliver('SIGINT')
  deliver('SIGTERM')
  deliver('SIGINT')
  expect(onRepeat).toHaveBeenCalledTimes(2)
  expect(interrupt.signal.reason).toMatchObject({ message: 'interrupted by SIGINT' })
})

test('no listener stays', () => {
  const count = () => interruptSignals.map((name) => process.listenerCount(name))
  const before = count()
  const interrupt = onInterrupt()
  expect(count()).toEqual(before.map((n) => n + 1))
  interrupt[Symbol.dispose]()
  expect(count()).toEqual(before)
})
