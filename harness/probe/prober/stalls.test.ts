import fc from 'fast-check'
import { expect, test } from 'vitest'
import { stallMs } from '../../model/probe-series.ts'
import { stalls } from './stalls.ts'

test('running late by up to 50 ms is no stall', () => {
  const memory = stalls()
  memory.expect(100)
  memory.note(100 + stallMs)
  expect(memory.count).toBe(0)
})

test('many short hold-ups add up to what they took', () => {
  const memory = stalls()
  for (let nowMs = 0; nowMs < 250; nowMs += 25) {
    memory.expect(nowMs + 5)
    memory.note(nowMs + 25)
  }
  expect([memory.count, memory.within(0, 250), memory.within(0, 125)]).toEqual([0, 200, 100])
})

test('a stall is noted once, however many look at it, and its overlap with a sample is its length within', () => {
  const memory = stalls()
  memory.expect(100)
  memory.note(400)
  memory.note(401)
  memory.note(402)
  expect([memory.count, memory.totalMs]).toEqual([1, 300])
  expect([memory.within(0, 500), memory.within(200, 250), memory.within(0, 100), memory.within(350, 401)]).toEqual([
    300, 50, 0, 50,
  ])
})

test('of ever so many stalls the late ones are remembered, and the sum of all', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 51, max: 500 }), { maxLength: 200 }), (lengths) => {
      const memory = stalls()
      let nowMs = 0
      for (const length of lengths) {
        memory.expect(nowMs + 10)
        nowMs += 10 + length
        memory.note(nowMs)
      }
      expect(memory.count).toBe(lengths.length)
      expect(memory.totalMs).toBe(lengths.reduce((sum, length) => sum + length, 0))
      expect(memory.within(nowMs - 51, nowMs)).toBe(lengths.length === 0 ? 0 : 51)
    }),
  )
})
