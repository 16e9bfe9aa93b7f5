import { expect, test } from 'vitest'
import type { DrillContext } from '../model/context.ts'
import { corruptedFiles } from './corrupted-files.ts'

/** Two control planes; `whole` is what the second says when it is asked what is whole. */
function drill(whole = '') {
  const ran: string[] = []
  const events: string[] = []
  const machine = (name: string) => ({
    name,
    address: '127.0.0.1',
    exec: async (argv: readonly string[]) => {
      ran.push(`${name}: ${argv[0] ?? ''}`)
      return { argv, exitCode: 0, stdout: whole, stderr: '', durationMs: 1 }
    },
  })
  const journal = { append: ({ type, path }: { type: string; path?: string }) => events.push(`${type} ${path ?? ''}`) }
  const cluster = { controlPlanes: ['m1', 'm2'].map(machine), workers: [machine('w')] }
  return { ran, events, context: { cluster, journal, signal: new AbortController().signal } as unknown as DrillContext }
}

test('only the chosen control plane is damaged, and each file is on the record', async () => {
  const { ran, events, context } = drill()
  await corruptedFiles(2).inject(context)
  expect(ran).toEqual(['m2: bash'])
  expect(events).toContain('fault.file-corrupted /etc/kubernetes/pki/ca.crt')
  expect(events).toContain('fault.file-corrupted /etc/kubernetes/scheduler.conf')
})

test('a file that is still whole contradicts the loss', async () => {
  const loss = corruptedFiles(2, { port: 1, timeoutMs: 30, intervalMs: 5 })
  const { result, details } = await loss.prove(drill('pki/ca.crt\n').context)
  expect(result).toBe('mismatch')
  expect(details).toContain('m2: pki/ca.crt still whole')
})

test('one control plane alone has nobody to copy from', () => {
  expect(corruptedFiles(2).supports({ controlPlanes: 1, workers: 1 })).toMatchObject({ ok: false })
  expect(corruptedFiles(3).supports({ controlPlanes: 2, workers: 1 })).toMatchObject({ ok: false })
  expect(corruptedFiles(2).supports({ controlPlanes: 2, workers: 1 })).toEqual({ ok: true })
})
