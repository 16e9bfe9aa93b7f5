import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import type { ClusterState } from '../model.ts'
import { facts, fakeNode } from '../testing/fake-node.ts'
import { findInObjects, havingFunction } from './find-in-objects.ts'

const needles = ['cluster-ca OLDCA', 'cluster-ca T0xEQ0E', 'sa-key OLDKEY', 'etcd-ca ETCDNAME', '!etcd-ca NEWETCD']

/** What the function finds in a list as the API sends it: on one line, metadata first, its name first in it. */
function having(list: object, isNamespaced: boolean): string[] {
  const script = `set -euo pipefail\n${havingFunction.text}\nhaving "$0" "$1"`
  const input = JSON.stringify(list)
  const out = execFileSync('bash', ['-c', script, needles.join('\n'), isNamespaced ? '1' : '0'], { input })
  return out.toString().split('\n').filter(Boolean).toSorted()
}

const list = (...items: readonly object[]) => ({
  kind: 'List',
  apiVersion: 'v1',
  metadata: { resourceVersion: '7' },
  items,
})
const named = (name: string, data: object, annotations = {}) => ({
  metadata: { name, namespace: `of-${name}`, annotations },
  data,
})

test('names objects of namespaces by what they hold, each once', () => {
  const found = having(
    list(
      named('plain', { a: 'x' }),
      named('in-text', { 'ca.crt': 'line\nOLDCA\nOLDCA' }),
      named('in-base64', { kubeconfig: 'aaaT0xEQ0Ebbb' }),
      named('both', { token: 'OLDKEY', ca: 'OLDCA' }),
    ),
    true,
  )
  expect(found).toEqual([
    'cluster-ca of-both/both',
    'cluster-ca of-in-base64/in-base64',
    'cluster-ca of-in-text/in-text',
    'sa-key of-both/both',
  ])
})

test('what has the text that takes a mark away has not that mark', () => {
  const found = having(
    list(
      named('backup', { 'tls.crt': 'ETCDNAME' }),
      named('renewed', { 'tls.crt': 'ETCDNAME', ca: 'NEWETCD' }),
      named('other', { 'tls.crt': 'ETCDNAME', ca: 'NEWETCD', token: 'OLDKEY' }),
    ),
    true,
  )
  expect(found).toEqual(['etcd-ca of-backup/backup', 'sa-key of-other/other'])
})

test('what has no namespace keeps its name, also where it names the namespace of a Service', () => {
  const webhook = (name: string, caBundle: string) => ({
    metadata: { name },
    webhooks: [{ clientConfig: { caBundle, service: { namespace: 'other', name: 'x' } } }],
  })
  expect(having(list(webhook('guard', 'T0xEQ0E'), webhook('new', 'TkVX')), false)).toEqual(['cluster-ca guard'])
})

test('text that looks like the beginning of an object is none', () => {
  const copy = JSON.stringify(named('fake', { a: 'OLDCA' }))
  expect(having(list(named('real', { x: 'y' }, { 'last-applied': copy })), true)).toEqual(['cluster-ca of-real/real'])
})

test.each([
  ['no object', list()],
  ['none that has it', list(named('plain', { a: 'x' }))],
])('%s: nothing', (_, given) => {
  expect(having(given, true)).toEqual([])
})

test('names, kinds that were not read, and nothing that objects hold', async () => {
  const title = 'find objects with a lost CA or token'
  const node = fakeNode('m1', 'control-plane', {
    [title]: facts({ Secret: 'cluster-ca default/ci\nsa-key default/ci\n', unread: 'ConfigMap\n' }),
  })
  const host = { node, address: '10.0.0.1' }
  const cluster = { first: host, config: { bindPort: 6443, certificatesDir: '/etc/kubernetes/pki' } }
  const signal = new AbortController().signal
  expect(await findInObjects(cluster as unknown as ClusterState, needles, signal)).toEqual({
    found: [
      { kind: 'Secret', name: 'default/ci', mark: 'cluster-ca' },
      { kind: 'Secret', name: 'default/ci', mark: 'sa-key' },
    ],
    unread: ['ConfigMap'],
  })
  const script = node.commands[0]?.script ?? ''
  execFileSync('bash', ['-n'], { input: script })
  // Objects go through pipes on the machine alone.
  for (const line of script.split('\n').filter((each) => each.includes('get_raw /')))
    expect(line).toMatch(/get_raw \S+ \| having "\$needles" [01]\); then echo "\$names" \| emit/)
})
