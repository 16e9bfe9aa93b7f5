import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { processStart } from './process-start.ts'

test('a process keeps its start; another one has another, and one that ended has none', async () => {
  const own = await processStart(process.pid)
  expect(own).toMatch(/^\d+$/)
  expect(await processStart(process.pid)).toBe(own)
  const child = spawn('true')
  await once(child, 'exit')
  expect(await processStart(child.pid ?? 0)).toBeUndefined()
})

test('a zombie has ended', async () => {
  // exec keeps the pid of the shell, so nobody waits for the child that the shell started and that ends after it is gone.
  const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 5'])
  const [output] = (await once(parent.stdout, 'data')) as [Buffer]
  const zombie = Number(output.toString())
  await expect.poll(() => processStart(zombie), { timeout: 1_000, interval: 10 }).toBeUndefined()
  expect(() => process.kill(zombie, 0)).not.toThrow()
  parent.kill('SIGKILL')
})
