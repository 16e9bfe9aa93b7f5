import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { waitFor } from '../../../lib/engine/wait.ts'
import { runCommand } from './run-command.ts'
import { isAlive } from './stage.ts'

test('a failure names the command and ends with what it said', async () => {
  await expect(runCommand(['sh', '-c', 'echo out; echo why >&2; exit 3'], {})).rejects.toThrow(
    /^sh -c .* exited with 3:\nout\nwhy$/,
  )
})

test('a command that is not installed is named', async () => {
  await expect(runCommand(['no-such-program'], {})).rejects.toThrow('no-such-program is not installed on this machine')
})

test('a command does not outlive a drill that is killed', async () => {
  const program = `
    const { runCommand } = await import(${JSON.stringify(new URL('run-command.ts', import.meta.url).href)})
    await runCommand(['sh', '-c', 'echo $$; exec sleep 60'], {}, { onLine: (line) => console.log(line) })`
  const drill = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(drill.stdout, 'data')) as [Buffer]
  const sleeper = Number(line.toString())
  expect(isAlive(sleeper)).toBe(true)
  drill.kill('SIGKILL')
  await waitFor('the command is gone', async () => !isAlive(sleeper), { timeoutMs: 4_000 })
}, 20_000)
