import { expect, test } from 'vitest'
import { recordingCluster } from '../testing/recording-cluster.ts'
import { corruptedFiles } from './corrupted-files.ts'

/** Two control planes; `whole` is what the second says when it is asked what is whole. */
const drill = (whole = '') => recordingCluster(['m1', 'm2'], whole)

test('only the chosen control plane is damaged, and each file is on the record', async () => {
  const { ran, events, context } = drill()
  await corruptedFiles(2).inject(context)
  expect(ran.map((line) => line.split(' ', 2).join(' '))).toEqual(['m2: bash'])
  const noted = events.map(({ type, path }) => `${type} ${String(path)}`)
  expect(noted).toContain('fault.file-corrupted /etc/kubernetes/pki/ca.crt')
  expect(noted).toContain('fault.file-corrupted /etc/kubernetes/scheduler.conf')
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
