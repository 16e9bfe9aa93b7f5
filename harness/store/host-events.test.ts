import { expect, test } from 'vitest'
import { hostIn, pressureIn } from './host-events.ts'

const event = (type: string, data: Record<string, unknown>) => ({ seq: 0, atMs: 0, type, ...data })
const baseline = event('host.measured', { when: 'baseline', cpuMs: 660, wallMs: 700, cores: 2, referenceMs: 640 })
const after = event('host.measured', { when: 'recovered', cpuMs: 700, wallMs: 1400, cores: 2, referenceMs: 640 })
const used = event('repair.cpu-used', { cores: 2, wallMs: 40_000, repairMs: 52_500, othersMs: 20_000 })

test('both measurements, the share of others, and the CPU-seconds of the repair', () => {
  expect(hostIn([baseline, used, after])).toEqual({
    hostSpeed: { referenceMs: 640, baselineMs: 660, recoveredMs: 700, othersShare: 0.25 },
    cpuSeconds: 52.5,
  })
})

test('what was not measured is null, and nothing grows by it', () => {
  expect(hostIn([])).toEqual({
    hostSpeed: { referenceMs: 1, baselineMs: null, recoveredMs: null, othersShare: null },
    cpuSeconds: null,
  })
  const silent = event('repair.cpu-used', { cores: 2, wallMs: 40_000, repairMs: 1000, othersMs: null })
  expect(hostIn([silent])).toMatchObject({ hostSpeed: { othersShare: null }, cpuSeconds: 1 })
  expect(hostIn([event('host.measured', { when: 'baseline', cpuMs: 'x' })]).hostSpeed.baselineMs).toBeNull()
})

test('how short of processor time the host was, also where the kernel does not tell; absent where nobody looked', () => {
  const cpuPressure = { source: '/proc/pressure/cpu', samples: 240, median: 0.2, max: 0.9 }
  expect(pressureIn([event('host.pressure-measured', cpuPressure)])).toEqual({ cpuPressure })
  const untold = { source: 'not told by this kernel', samples: 240, median: null, max: null }
  expect(pressureIn([event('host.pressure-measured', untold)])).toEqual({ cpuPressure: untold })
  expect(pressureIn([])).toEqual({})
})
