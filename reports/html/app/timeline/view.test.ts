import { expect, test } from 'vitest'
import { fakeRun } from '../../../../harness/testing/fake-run.ts'
import { ticksOf } from './ticks.ts'
import { clampView, moveView, zoomView } from './view.ts'
import { viewsOf } from './views.ts'

const bounds = { fromMs: -1000, toMs: 9000 }

test('a view stays within its bounds and is never empty', () => {
  expect(clampView({ fromMs: -5000, toMs: 99_000 }, bounds)).toEqual(bounds)
  expect(clampView({ fromMs: 8000, toMs: 10_000 }, bounds)).toEqual({ fromMs: 7000, toMs: 9000 })
  expect(clampView({ fromMs: 5000, toMs: 5000 }, bounds)).toEqual({ fromMs: 4900, toMs: 5100 })
})

test('zoom keeps the middle, move keeps the length', () => {
  expect(zoomView({ fromMs: 0, toMs: 1000 }, 2)).toEqual({ fromMs: 250, toMs: 750 })
  expect(moveView({ fromMs: 0, toMs: 1000 }, -0.4)).toEqual({ fromMs: -400, toMs: 600 })
})

test('ticks are round, the injection is one of them, and they do not touch', () => {
  const plain = (fromMs: number, toMs: number, width: number) =>
    ticksOf({ fromMs, toMs }, width).map(({ label }) => label.replaceAll('\u00A0', ' '))
  expect(plain(-10_000, 50_000, 700)).toEqual(['−10 s', '0 s', '10 s', '20 s', '30 s', '40 s', '50 s'])
  expect(plain(-100, 400, 450)).toEqual(['−0.1 s', '0.0 s', '0.1 s', '0.2 s', '0.3 s', '0.4 s'])
  expect(plain(0, 240_000, 300)).toEqual(['0 min', '2 min', '4 min'])
})

test('what a run has to show', () => {
  const { measured, fault, whole } = viewsOf(fakeRun('pass').record)
  expect(measured.fromMs).toBeLessThan(0)
  expect(fault?.fromMs).toBeLessThan(0)
  expect(fault?.toMs).toBeGreaterThan(39_744)
  expect(whole.toMs).toBeGreaterThan(measured.toMs)
  expect(viewsOf(fakeRun('noop', { samples: 10 }).record).fault).toBeUndefined()
})
