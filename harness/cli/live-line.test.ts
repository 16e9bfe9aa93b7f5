import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openLiveLine } from './live-line.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function opened(isTTY: boolean) {
  const written: string[] = []
  const stream = { isTTY, columns: 40, write: (text: string) => written.push(text) > 0 }
  const startedMs = Date.now()
  const live = openLiveLine({ stream, elapsedMs: () => Date.now() - startedMs, quietMs: 30_000 })
  return { live, written, plain: () => written.map((text) => stripVTControlCharacters(text)) }
}

test('without a terminal: lines with the clock, and after a long silence what happens', () => {
  const { live, plain } = opened(false)
  live.print('build the node image')
  live.show(() => 'etcd')
  vi.advanceTimersByTime(29_000)
  expect(plain()).toEqual([' 0:00  build the node image\n'])
  vi.advanceTimersByTime(32_000)
  live.close()
  expect(plain().slice(1)).toEqual([' 0:30  … etcd\n', ' 1:00  … etcd\n'])
})

test('on a terminal the last line is rewritten every second and never wraps', () => {
  const { live, written, plain } = opened(true)
  live.show(() => 'a text that is much longer than the terminal is wide')
  vi.advanceTimersByTime(2_000)
  expect(plain().map((text) => text.trimStart().slice(0, 8))).toEqual(['0:00  … ', '0:01  … ', '0:02  … '])
  expect(written.every((text) => text.startsWith('\r\u001b[K') && !text.includes('\n'))).toBe(true)
  expect(plain().every((text) => text.replace('\r', '').length === 39)).toBe(true)
})

test('on a terminal a line that stays goes above the last one, and closing takes the last one away', () => {
  const { live, written, plain } = opened(true)
  live.show(() => 'kind')
  live.print('done')
  expect(plain().slice(1)).toEqual(['\r', ' 0:00  done\n', '\r 0:00  … kind'])
  live.close()
  expect(written.at(-1)).toBe('\r\u001b[K')
  vi.advanceTimersByTime(5_000)
  expect(written.at(-1)).toBe('\r\u001b[K')
})
