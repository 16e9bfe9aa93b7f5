import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../package/package-files.ts'

const file = JSON.stringify(join(packageRoot, 'harness/host/process/memory-limit.ts'))

const ran = (body: string) =>
  new Promise<{ code: number | null; signal: string | null; said: string }>((resolve) => {
    const program = `import { limitMemory } from ${file}; limitMemory(3e8); const kept = []; const take = () => kept.push(Buffer.alloc(1e6, 1)); ${body}`
    const child = execFile(process.execPath, ['--input-type=module', '--eval', program], (_error, _stdout, said) =>
      resolve({ code: child.exitCode, signal: child.signalCode, said }),
    )
  })

// Slower than the thread looks, and for ever; told to end, it does not.
const busy =
  "process.on('SIGTERM', () => undefined); const pause = new Int32Array(new SharedArrayBuffer(4)); function takesAll() { for (;;) { take(); Atomics.wait(pause, 0, 0, 1) } } takesAll()"

test('a loop that takes ever more memory is named and killed', async () => {
  const { signal, said } = await ran(busy)
  expect(said).toMatch(/^drill takes more than 300 MB of memory .*takesAll/)
  expect(signal).toBe('SIGKILL')
})

test('a process that can still be told to end cleans up', async () => {
  const { code, said } = await ran(
    "process.on('SIGTERM', () => { console.error('cleaned up'); process.exit(7) }); setInterval(take, 1)",
  )
  expect(said).toContain('cleaned up')
  expect(code).toBe(7)
})

test('one that keeps to its limit ends as ever', async () => {
  expect(await ran('setTimeout(() => undefined, 500)')).toEqual({ code: 0, signal: null, said: '' })
})
