import { expect, test } from 'vitest'
import type { DrillContext } from '../model/context.ts'
import { recordingCluster } from '../testing/recording-cluster.ts'
import { caKey, replacedCaKey } from './ca-key.ts'

const path = '/etc/kubernetes/pki/etcd/ca.key'

/** Two control planes with a key each; a file written is there again. */
function drill() {
  const files = new Map<string, Buffer>(['m1', 'm2'].map((name) => [name, Buffer.from(`key of ${name}`)]))
  const { context, events, ran } = recordingCluster(['m1', 'm2'])
  const controlPlanes = context.cluster.controlPlanes.map((machine) => ({
    ...machine,
    readFile: () => Promise.resolve(files.get(machine.name) ?? Buffer.of()),
    writeFile: (at: string, data: Buffer) => Promise.resolve(void files.set(`${machine.name}:${at}`, data)),
  }))
  return { context: { ...context, cluster: { ...context.cluster, controlPlanes } } as DrillContext, files, events, ran }
}

test('the key is deleted, and put back for the next drill as each machine had it', async () => {
  const { context, files, events, ran } = drill()
  const lost = caKey('etcd/ca.key')
  await lost.inject(context)
  expect(ran).toEqual([`m1: rm -rf ${path}`, `m2: rm -rf ${path}`])
  expect(JSON.stringify(events)).not.toContain('key of')
  await lost.putBack?.(context.cluster)
  expect(String(files.get(`m1:${path}`))).toBe('key of m1')
  expect(String(files.get(`m2:${path}`))).toBe('key of m2')
})

test('what was never taken cannot be put back', async () => {
  const { context } = drill()
  await expect(caKey('etcd/ca.key').putBack?.(context.cluster)).rejects.toThrow(`${path} of m1 was not kept`)
})

test('where the operator has the CA replaced, nothing is put back', () => {
  expect(replacedCaKey('etcd/ca.key').putBack).toBeUndefined()
})
