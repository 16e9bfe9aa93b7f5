import { expect, test } from 'vitest'
import { bash, runScript } from '../shell/bash.ts'
import { CommandError } from './errors.ts'
import { localNode } from '../testing/local-node.ts'

const message = (stderr: string) =>
  new CommandError('m1', { argv: ['kubeadm', 'init'], exitCode: 1, stdout: '', stderr, durationMs: 1 }).message

test('a command that failed is told by the line that speaks of an error, whatever follows it', () => {
  const error = 'error execution phase certs/ca: the key does not match'
  const hint = 'To see the stack trace of this error execute with --v=5 or higher'
  expect(message(`[certs] Using\n${error}\n${hint}\n[certs] Using the existing "sa" key\n`)).toBe(
    `kubeadm init exited with 1 on m1: ${error}`,
  )
})

test('by its last line where none does, and by its exit code where it says nothing', () => {
  expect(message('one\ntwo: no such file\n')).toBe('kubeadm init exited with 1 on m1: two: no such file')
  expect(message('')).toBe('kubeadm init exited with 1 on m1')
})

test('a script by its title', async () => {
  const failed = runScript(localNode, 'start etcd', bash`echo 'error: no disk' >&2; exit 3`)
  await expect(failed).rejects.toThrow(/^"start etcd" exited with 3 on here: error: no disk$/)
})
