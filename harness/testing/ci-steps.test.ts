import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../host/package/package-files.ts'

const runner = JSON.stringify(join(packageRoot, '.ci', 'run-steps.mjs'))
const programOf = (steps: string, earlier = '[]') => [
  ...['--input-type=module', '--eval'],
  `import { runSteps } from ${runner}; process.exitCode = await runSteps(${steps}, ${earlier})`,
]

const ran = (steps: string, earlier?: string) =>
  new Promise<{ code: number; lines: string[] }>((resolve) => {
    const child = execFile(process.execPath, programOf(steps, earlier), (_error, stdout) =>
      resolve({ code: child.exitCode ?? -1, lines: stdout.trimEnd().split('\n') }),
    )
  })

test('a step passes with the exit code that is expected of it, and no other', async () => {
  const { code, lines } = await ran(
    `[{ name: 'one', argv: ['true'] }, { name: 'two', argv: ['sh', '-c', 'exit 3'], expected: 3 }]`,
    `[{ name: 'before', seconds: 7 }]`,
  )
  expect(code).toBe(0)
  expect(lines.slice(-4)).toEqual(['passed  7 s  before', 'passed  0 s  one', 'passed  0 s  two', '3 passed, 0 failed'])
})

test('a step that fails does not hide the next, and what it found is told at the end', async () => {
  const failing = `{ name: 'tests', argv: ['sh', '-c', 'echo x; echo " FAIL  a.test.ts" >&2; exit 1'] }`
  const wrong = `{ name: 'must fail', argv: ['true'], expected: 1 }`
  const { code, lines } = await ran(`[${failing}, ${wrong}, { name: 'last', argv: ['echo', 'still here'] }]`)
  expect(code).toBe(1)
  expect(lines).toContain('still here')
  expect(lines.slice(-5)).toEqual([
    'FAILED  0 s  tests (exit code 1, expected 0)',
    'FAILED  0 s  must fail (exit code 0, expected 1)',
    'passed  0 s  last',
    ' FAIL  a.test.ts',
    '1 passed, 2 failed',
  ])
})

test('what a failed step left behind is removed before the next begins', async () => {
  const steps = ['false', 'true'].map(
    (command) =>
      `{ name: '${command}', argv: ['${command}'], afterFailure: async () => console.log('after ${command}') }`,
  )
  const { lines } = await ran(`[${steps.join()}]`)
  expect(lines.filter((line) => line.startsWith('after '))).toEqual(['after false'])
})

test('a step that cannot be begun fails, and does not hide the next', async () => {
  const { code, lines } = await ran(
    `[{ name: 'one', argv: ['true'], before: async () => { throw new Error('name too long') } }, { name: 'two', argv: ['true'] }]`,
  )
  expect(code).toBe(1)
  expect(lines.slice(-3)).toEqual(['FAILED  0 s  one (name too long)', 'passed  0 s  two', '1 passed, 1 failed'])
})

test('a signal ends the step that runs and begins no other', async () => {
  const steps = `[{ name: 'one', argv: ['sh', '-c', 'echo begun; exec sleep 20'] }, { name: 'two', argv: ['true'] }]`
  const child = spawn(process.execPath, programOf(steps), { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += String(chunk)
    // Once: a second signal could find the program without its handler, at its end.
    if (!child.killed && output.includes('\nbegun\n')) child.kill('SIGTERM')
  })
  const [code] = (await once(child, 'close')) as [number]
  expect(code).toBe(130)
  expect(output).toMatch(/FAILED {2}\d+ s {2}one \(ended by SIGTERM\)\n0 passed, 1 failed\n$/)
})
