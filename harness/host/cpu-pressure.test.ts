import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { cpuPressureSchema, sampleOf, waitingMs, watchCpuPressure } from './cpu-pressure.ts'

const file = `some avg10=19.25 avg60=24.02 avg300=21.43 total=6577253764
full avg10=0.00 avg60=0.00 avg300=0.00 total=0
`

test('the waiting is the total of the line "some"; a kernel that does not account has none', () => {
  expect(waitingMs(file)).toBe(6_577_253.764)
  expect(waitingMs('')).toBeNull()
  expect(waitingMs('full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n')).toBeNull()
})

test('a sample is the share of its second: of the time for waiting, of all cores for use', () => {
  const before = { atMs: 1000, waitingMs: 50, busyMs: 4000 }
  const now = { atMs: 3000, waitingMs: 1050, busyMs: 5000 }
  expect(sampleOf(before, now, 2)).toEqual({ atMs: 3000, overMs: 2000, waiting: 0.5, busy: 0.25 })
  expect(sampleOf(before, { ...now, waitingMs: 9999, busyMs: 0 }, 2)).toMatchObject({ waiting: 1, busy: 0 })
})

test('what the kernel does not tell is null, not zero', () => {
  const before = { atMs: 0, waitingMs: null, busyMs: null }
  expect(sampleOf(before, { atMs: 1000, waitingMs: 5, busyMs: null }, 2)).toMatchObject({ waiting: null, busy: null })
  expect(sampleOf({ ...before, busyMs: 1 }, { atMs: 0, waitingMs: 5, busyMs: 2 }, 2)).toMatchObject({ busy: null })
})

test('it samples this host once a second until it is ended', async () => {
  const end = watchCpuPressure(() => performance.now())
  // On a host that is left alone a second may pass without a tick of its clock in use.
  for (let second = 0; second < 2; second++) {
    const until = performance.now() + 200
    while (performance.now() < until);
    await sleep(1100)
  }
  const seen = cpuPressureSchema.parse(end())
  expect(seen.samples.length).toBeGreaterThanOrEqual(1)
  expect(seen.samples.length).toBeLessThanOrEqual(2)
  for (const { overMs, busy } of seen.samples) {
    expect(overMs).toBeGreaterThan(900)
    expect(busy).toBeGreaterThan(0)
  }
  await sleep(1200)
  expect(end().samples).toHaveLength(seen.samples.length)
})
