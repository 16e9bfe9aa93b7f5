import { expect, test } from 'vitest'
import type { DrillContext } from '../model/context.ts'
import { editsAsLoss, first, type Edit } from './edits.ts'

/** A control plane that answers what is still to come, for each script in turn; the last answer stays. */
async function proofWith(answers: Readonly<Record<string, readonly string[]>>) {
  const asked = new Map<string, number>()
  const machine = {
    name: 'm1',
    exec: async (argv: readonly string[]) => {
      const script = argv[2]?.split('\n').at(-1) ?? ''
      const nth = asked.get(script) ?? 0
      asked.set(script, nth + 1)
      return { stdout: answers[script]?.at(Math.min(nth, answers[script].length - 1)) ?? '' }
    },
  }
  const context = { cluster: { controlPlanes: [machine] }, signal: new AbortController().signal }
  const edits = Object.keys(answers).map((missing): Edit => ({ title: missing, on: first, missing }))
  const loss = editsAsLoss('edits', edits, { patience: { timeoutMs: 100, intervalMs: 1 } })
  return { proof: await loss.prove(context as unknown as DrillContext), asked }
}

test('edits count when all are in force together: a pod that was ready is restarted for an edit that kubelet sees later', async () => {
  const { proof, asked } = await proofWith({ edited: ['not yet', 'not yet', ''], ready: ['', 'etcd is not ready', ''] })
  expect(proof).toMatchObject({ result: 'confirmed', summary: 'edited; ready' })
  expect(asked.get('ready')).toBe(4)
})

test('edits that are never in force together are not there', async () => {
  const alternating = Array.from({ length: 60 }, (_, nth) => (nth % 2 === 0 ? '' : 'etcd is not ready'))
  expect((await proofWith({ ready: alternating })).proof).toMatchObject({
    result: 'mismatch',
    details: ['m1: etcd is not ready'],
  })
})
