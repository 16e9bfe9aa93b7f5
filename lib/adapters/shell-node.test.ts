import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExecOptions } from '../node.ts'
import { CommandError } from '../engine/errors.ts'
import { waitFor } from '../engine/wait.ts'
import { shellNode } from './shell-node.ts'

/** This machine, reached through env(1), and through a shell that splits its words as ssh's does. */
const transports = [
  ['argv', ['env', 'TRANSPORT=argv']],
  ['words for a shell', ['sh', '-c', 'TRANSPORT=shell exec sh -c "$*"', 'like-ssh']],
] as const

let directory: string
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'drill-shell-node-'))))
afterAll(() => rmSync(directory, { recursive: true }))

test.each(transports)('by %s: arguments, input and exit codes arrive as they are', async (_, prefix) => {
  const node = shellNode({ name: 'here', role: 'worker', prefix })
  expect((await node.exec(['printf', '%s|', 'a b', '$HOME', '', "'"])).stdout).toBe("a b|$HOME||'|")
  expect((await node.exec(['cat'], { input: 'in' })).stdout).toBe('in')
  expect((await node.exec(['printf', 'no line end'])).stdout).toBe('no line end')
  expect((await node.exec(['head', '-c', '3'], { input: 'x'.repeat(200_000) })).stdout).toBe('xxx')
  await expect(node.exec(['sh', '-c', 'echo why >&2; exit 7'])).rejects.toThrow(/exited with 7 on here: why/)
})

test('a file is written whole, with its mode, and bytes are read back', async () => {
  const node = shellNode({ name: 'here', role: 'worker', prefix: ['env'] })
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256))
  const path = join(directory, 'it.bin')
  await node.writeFile(path, bytes, 0o640)
  expect(await node.readFile(path)).toEqual(bytes)
  expect(readFileSync(path)).toEqual(bytes)
  expect(statSync(path).mode & 0o777).toBe(0o640)
  expect(readdirSync(directory)).toEqual(['it.bin'])
})

test('one session serves command after command; one more is opened for each at the same time', async () => {
  const node = shellNode({ name: 'here', role: 'worker', prefix: ['env'] })
  const shell = async () => (await node.exec(['sh', '-c', 'echo $PPID'])).stdout
  const first = await shell()
  expect(await shell()).toBe(first)
  const many = await Promise.all(Array.from({ length: 5 }, shell))
  expect(new Set(many).size).toBe(5)
  expect(many).toContain(first)
})

test('a time-out is 124 and an abort its reason; the next command has a new session', async () => {
  const node = shellNode({ name: 'here', role: 'worker', prefix: ['env'] })
  await expect(node.exec(['sleep', '30'], { timeoutMs: 300 })).rejects.toThrow(/exited with 124/)
  const controller = new AbortController()
  const sleeping = node.exec(['sleep', '30'], { signal: controller.signal })
  controller.abort(new Error('enough'))
  await expect(sleeping).rejects.toThrow('enough')
  await expect(node.exec(['bash', '-c', 'kill -9 $PPID'])).rejects.toThrow(/exited with -1/)
  expect((await node.exec(['echo', 'again'])).stdout).toBe('again\n')
})

test('the error of a command holds no output, unless that is declared public', async () => {
  const node = shellNode({ name: 'here', role: 'worker', prefix: ['env'] })
  const fails = (options?: ExecOptions) =>
    node.exec(['sh', '-c', 'echo printed; exit 3'], options).catch((error: unknown) => JSON.stringify(error))
  expect(await fails()).not.toContain('printed\\n')
  expect(await fails({ public: true })).toContain('printed\\n')
})

test('a transport that cannot be started is a failed command', async () => {
  const node = shellNode({ name: 'there', role: 'worker', prefix: ['/nowhere/ssh', 'there'] })
  await expect(node.exec(['true'])).rejects.toThrow(CommandError)
  await expect(node.exec(['true'])).rejects.toThrow(/exited with -1 on there: .*ENOENT/)
})

test('an idle session ends with the process that opened it', async () => {
  const program = `
    import { shellNode } from ${JSON.stringify(join(import.meta.dirname, 'shell-node.ts'))}
    const node = shellNode({ name: 'here', role: 'worker', prefix: ['env'] })
    process.stdout.write((await node.exec(['sh', '-c', 'echo $PPID'])).stdout)`
  const pid = execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }).trim()
  expect(Number(pid)).toBeGreaterThan(1)
  // It may stay a zombie until the first process of this machine reaps it.
  const hasEnded = async () => !existsSync(`/proc/${pid}`) || / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  await waitFor('the session has ended', hasEnded, { timeoutMs: 4000, intervalMs: 100 })
})
