import { expect, test } from 'vitest'
import { setupEvents } from './setup-events.ts'

test('one JSON document a line; the state of a build every few seconds', () => {
  const lines: string[] = []
  let ms = 100
  const events = setupEvents(
    (line) => lines.push(line),
    () => ms,
  )
  const state = {
    stages: [{ id: 'etcd', title: 'etcd 3', packages: { compiled: 1, of: 2 } }],
    downloadedBytes: 5,
    elapsedMs: 10.4,
    expectedMs: 99.6,
  }
  ms = 1100
  events.begin('build the node image')
  for (ms of [2100, 3100, 7100]) events.building(state)
  events.end('done')
  expect(lines.every((line) => !line.includes('\n'))).toBe(true)
  const building = { type: 'setup.building', ...state, elapsedMs: 10, expectedMs: 100 }
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { type: 'setup.part-started', atMs: 1000, title: 'build the node image' },
    { ...building, atMs: 2000 },
    { ...building, atMs: 7000 },
    { type: 'setup.part-ended', atMs: 7000, result: 'done' },
  ])
})
