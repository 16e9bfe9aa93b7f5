import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { watchTarget } from './api-watch.ts'

test('a watch that nobody stops does not keep the process alive', async () => {
  // Accepts connections and says nothing: a request is always under way.
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const program = `
    import { watchTarget } from ${JSON.stringify(join(import.meta.dirname, 'api-watch.ts'))}
    const target = { target: 'm1', address: '127.0.0.1', port: ${port} }
    void watchTarget(target, { nowMs: () => performance.now() }, new AbortController().signal)
    setTimeout(() => console.log('the run has ended'), 500)`
  try {
    const ran = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { timeout: 20_000 })
    expect((await ran).stdout).toBe('the run has ended\n')
  } finally {
    server.close()
  }
}, 25_000)

test('a target that answers nothing for a minute is watched no longer', async () => {
  let nowMs = 0
  // A clock of 40 s a reading.
  const journal = { nowMs: () => (nowMs += 40_000) }
  const target = { target: 'm1', address: '127.0.0.1', port: 1 }
  const watched = await watchTarget(target, journal, AbortSignal.timeout(10_000))
  expect(watched.samples).toBeLessThan(3)
  expect(watched.longestGapMs).toBeGreaterThan(60_000)
})
