import { gzipSync } from 'node:zlib'
import { PbfWriter } from 'pbf'
import { expect, it } from 'vitest'
import { etcdOnDisk, keyValue } from '../testing/etcd-bytes.ts'
import { facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { surveyed } from '../testing/surveyed.ts'
import { brokenAmong } from './broken-nodes.ts'
import { storedNodes } from './stored-nodes.ts'

const at = '2026-11-24T01:00:00.000Z'

/** A Node as the API server stores it, with one taint beside its name and pod CIDR. */
function storedNode(name: string, key: string, effect: string): Buffer {
  const writer = new PbfWriter()
  writer.writeMessage(1, (_, pbf) => pbf.writeStringField(1, name), undefined)
  writer.writeMessage(
    2,
    (_, spec) => {
      spec.writeStringField(1, '10.244.1.0/24')
      spec.writeMessage(
        5,
        (__, taint) => {
          taint.writeStringField(1, key)
          taint.writeStringField(3, effect)
          taint.writeMessage(4, (___, time) => time.writeVarintField(1, Date.parse(at) / 1000), undefined)
        },
        undefined,
      )
    },
    undefined,
  )
  const unknown = new PbfWriter()
  unknown.writeBytesField(2, writer.finish())
  return Buffer.concat([Buffer.from('k8s\0'), unknown.finish()])
}

async function broken(values: Readonly<Record<string, Buffer>>) {
  const windows = Object.entries(values).map(([name, value]) =>
    keyValue(`/registry/minions/${name}`, 7, value).toString('base64'),
  )
  const answers = { 'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }) }
  const first = fakeNode('m1', 'control-plane', {
    ...answers,
    ...etcdOnDisk,
    'find objects in the etcd database': gzipSync(`${windows.join('\n')}\n`).toString('base64'),
  })
  const workers = ['w1', 'w2', 'w3'].map((name) => fakeNode(name, 'worker', answers))
  const cluster = await surveyed(fakeContext([first, ...workers], plain))
  return brokenAmong(cluster, await storedNodes(cluster, new AbortController().signal))
}

it('finds in the database since when pods are evicted from a Node that is not Ready, and from no other', async () => {
  expect(
    await broken({
      w1: storedNode('w1', 'node.kubernetes.io/not-ready', 'NoExecute'),
      w2: storedNode('w2', 'node.kubernetes.io/not-ready', 'NoSchedule'),
      w3: Buffer.from(
        JSON.stringify({
          spec: { taints: [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute', timeAdded: at }] },
        }),
      ),
    }),
  ).toEqual(
    new Map([
      ['w1', { since: at, isSilent: false }],
      ['w3', { since: at, isSilent: false }],
    ]),
  )
})

it('says nothing of Nodes that it cannot read', async () => {
  expect(await broken({ w1: Buffer.from('k8s:enc:aescbc:v1:key:…') })).toEqual(new Map())
})
