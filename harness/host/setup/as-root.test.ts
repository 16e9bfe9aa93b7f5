import { expect, test } from 'vitest'
import { asRoot } from './as-root.ts'

// `root` runs the script as it is: these scripts need no rights.
const options = { rights: 'root', what: 'try this' } as const

test('gives the output, and each line as it comes', async () => {
  const lines: string[] = []
  expect(await asRoot('echo one; echo two >&2', { ...options, onLine: (line) => lines.push(line) })).toBe('one\ntwo')
  expect(lines).toEqual(['one', 'two'])
})

test('a failing line ends the script; the error has the end of the output, and the script to run by hand', async () => {
  const script = 'echo begun\nfalse\necho never'
  await expect(asRoot(script, options)).rejects.toMatchObject({
    name: 'PreflightError',
    message: 'could not try this: begun',
    fix: script,
  })
})

test('a variable that is not set is an error, not an empty word', async () => {
  await expect(asRoot('rm -rf "$nothing/etc-not-there"', options)).rejects.toThrow(/nothing/)
})

test('without root or sudo nothing is run', async () => {
  await expect(asRoot('exit 0', { ...options, rights: 'none' })).rejects.toThrow(
    'to try this needs root, and there is neither root nor sudo',
  )
})

test('an abort ends it with the reason', async () => {
  const reason = new Error('interrupted by SIGINT')
  const controller = new AbortController()
  const onLine = () => {
    controller.abort(reason)
  }
  await expect(asRoot('echo begun; sleep 30', { ...options, onLine, signal: controller.signal })).rejects.toBe(reason)
})

test('what it leaves behind on purpose, like an engine, neither holds it up nor ends with it', async () => {
  const pid = Number(await asRoot('(exec setsid sleep 5) </dev/null >/dev/null 2>&1 & echo $!', options))
  expect(() => process.kill(pid, 'SIGKILL')).not.toThrow()
})
