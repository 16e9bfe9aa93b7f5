import { spawn } from 'node:child_process'
import { expect, test, vi } from 'vitest'
import { measureHostSpeed, referenceMs } from './host-speed.ts'
import { descendantsOf, processEntry } from './process/process-tree.ts'

test('a unit of work takes processor time, once a second', async () => {
  const measured = await measureHostSpeed(AbortSignal.timeout(4500))
  expect(measured.referenceMs).toBe(referenceMs)
  expect(measured.samples).toBeGreaterThanOrEqual(2)
  expect(measured.samples).toBeLessThanOrEqual(4)
  expect(measured.cpuMs).toBeGreaterThan(1)
}, 60_000)

test('what is stopped before its first sample measured nothing', async () => {
  await expect(measureHostSpeed(AbortSignal.abort(new Error('stop')))).rejects.toThrow('not measured')
})

test('the measuring process ends by itself when drill is killed', async () => {
  const measure = `import(${JSON.stringify(import.meta.resolve('./host-speed.ts'))})
    .then(({ measureHostSpeed }) => measureHostSpeed(new AbortController().signal))`
  const drill = spawn(process.execPath, ['--eval', measure], { stdio: 'ignore' })
  const measuring = await vi.waitUntil(() => descendantsOf(drill.pid ?? 0).at(0)?.pid, { timeout: 20_000 })
  drill.kill('SIGKILL')
  await vi.waitUntil(() => processEntry(measuring) === undefined, { timeout: 20_000 })
}, 60_000)
