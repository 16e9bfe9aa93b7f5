import { expect, test } from 'vitest'
import { detectableOneIn } from '../probe/analysis/detectable-rate.ts'
import { probingMs } from './start-probes.ts'

// lost-kubeconfigs was repaired in 6.7 s: 2 160 samples of each path, where 1 in 500 needs 2 301, made the drill unknown.
test('probing lasts long enough for the rate that the budget asks for, with one sample in 25 unmeasured', () => {
  const samples = probingMs(500) / 20
  expect(detectableOneIn(samples * 0.96)).toBeGreaterThanOrEqual(500)
  expect(samples).toBeLessThan(2500)
})
