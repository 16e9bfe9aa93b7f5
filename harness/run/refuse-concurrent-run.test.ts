import { expect, test } from 'vitest'
import { concurrentRunProblem } from './refuse-concurrent-run.ts'

const entry = { cluster: 'drill-1a2b', pid: 42, runDir: '/runs/one', kept: false, alive: false, exists: true }

test('a drill that runs is named with its process', () => {
  const problem = concurrentRunProblem([{ ...entry, alive: true }])
  expect(problem?.message).toContain('another drill is running (process 42, /runs/one)')
})

test('the cluster of a killed run is named with the command that deletes it', () => {
  const problem = concurrentRunProblem([entry])
  expect(problem?.message).toContain('a killed run left the cluster drill-1a2b behind (/runs/one)')
  expect(problem?.fix).toContain('npx --no-install drill gc')
})

test.each([
  ['was kept on purpose', { kept: true }],
  ['is gone, though the cluster registry still names it', { exists: false }],
])('no concurrent run is a cluster that %s', (_, changes) => {
  expect(concurrentRunProblem([{ ...entry, ...changes }])).toBeUndefined()
})
