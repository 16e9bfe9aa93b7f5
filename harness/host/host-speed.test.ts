import { expect, test } from 'vitest'
import { measureHostSpeed, referenceMs } from './host-speed.ts'

test('the work takes processor time on every core, and no less by the clock', async () => {
  const measured = await measureHostSpeed()
  expect(measured.referenceMs).toBe(referenceMs)
  expect(measured.cores).toBeGreaterThanOrEqual(1)
  expect(measured.cpuMs).toBeGreaterThan(20)
  expect(measured.wallMs).toBeGreaterThanOrEqual(measured.cpuMs * 0.9)
}, 60_000)

test('a run that is stopped ends it', async () => {
  await expect(measureHostSpeed(AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop')
})
