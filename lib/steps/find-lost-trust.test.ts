import { expect, test } from 'vitest'
import type { ClusterState, NodeFacts } from '../model.ts'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { facts, fakeContext, fakeNode, type Answer } from '../testing/fake-node.ts'
import { findLostTrust } from './find-lost-trust.ts'

const [old, ca] = ['kubernetes', 'kubernetes'].map((commonName) => issueCertificate({ commonName }).certificate)
const presentCas = {
  'etcd/ca.crt': issueCertificate({ commonName: 'etcd-ca' }).certificate,
  'front-proxy-ca.crt': issueCertificate({ commonName: 'front-proxy-ca' }).certificate,
}
const found = {
  'find objects with a lost CA or token': facts({ Secret: 'cluster-ca default/ci\n', unread: 'ConfigMap\n' }),
  'find Helm releases with a lost CA or token': facts({
    found: 'cluster-ca default/sh.helm.release.v1.web.v1\n',
    unread: 'default/sh.helm.release.v1.db.v1\n',
  }),
  'find files with a lost CA or token': facts({ found: 'cluster-ca /root/.kube/config\nsa-key /srv/a b.conf\n' }),
}

async function search(
  changes: Partial<NodeFacts>,
  answers: Readonly<Record<string, Answer>> = found,
  learned: object = {},
) {
  const node = fakeNode('m1', 'control-plane', { 'read the signing keys of tokens in Secrets': '', ...answers })
  for (const [file, pem] of Object.entries(presentCas)) node.files.set(`/etc/kubernetes/pki/${file}`, pem)
  const base = { kubeletCas: ca, podCas: [ca], recordedCas: [], tokenKeyIds: [], created: [] }
  const host = { node, address: '10.0.0.1', mirrorPodSpecs: new Map(), facts: { ...base, ...changes } }
  const tokenKeys = { accepted: new Set(['new']), valid: new Set(['new']) }
  const cluster = {
    ...{ first: host, controlPlanes: [host], machines: [host] },
    config: { bindPort: 6443, certificatesDir: '/etc/kubernetes/pki' },
    learned: { ca, tokenKeys, created: new Set(), ...learned },
  } as unknown as ClusterState
  const context = fakeContext([node], '')
  const needed = (await findLostTrust.needed?.(cluster, context)) ?? []
  await findLostTrust.run(cluster, context, needed)
  return { needed, events: context.events, commands: node.commands }
}

test('where nothing was replaced nobody is asked', async () => {
  const { needed, commands } = await search({})
  expect([needed, commands]).toEqual([[], []])
})

test('objects and kubeconfigs are named, and kinds that could not be read', async () => {
  const { events } = await search({ kubeletCas: old ?? '' })
  expect(new Set(events)).toEqual(
    new Set([
      { type: 'trust.left', where: 'Secret default/ci', lost: 'cluster-ca' },
      { type: 'trust.left', where: 'Helm release default/sh.helm.release.v1.web.v1', lost: 'cluster-ca' },
      { type: 'trust.unseen', where: 'Helm release default/sh.helm.release.v1.db.v1', reason: 'it cannot be unpacked' },
      { type: 'trust.unseen', where: 'every ConfigMap', reason: 'the API did not list them' },
      { type: 'trust.left', node: 'm1', where: '/root/.kube/config', lost: 'cluster-ca' },
      { type: 'trust.left', node: 'm1', where: '/srv/a b.conf', lost: 'sa-key' },
    ]),
  )
})

test('a machine that does not answer is named, and fails nothing', async () => {
  const { events } = await search(
    { kubeletCas: old ?? '' },
    { ...found, 'find files with a lost CA or token': new Error('no route') },
  )
  expect(events).toContainEqual({
    type: 'trust.unseen',
    where: 'the files on m1',
    reason: expect.stringContaining('no route') as string,
  })
})

test('a key of which only the retired half is known is looked for', async () => {
  const learned = { tokenKeys: { accepted: new Set(['new', 'old']), valid: new Set(['new']) } }
  const { commands } = await search({ tokenKeyIds: ['old', 'new'] }, found, learned)
  const searches = commands.filter(({ title }) => title.startsWith('find '))
  expect(searches).toHaveLength(3)
  expect(searches.every(({ script }) => script.includes('sa-key eyJ'))).toBe(true)
})

test('what an earlier repair knew and this one does not is named', async () => {
  const { events, commands } = await search({ created: ['sa.key'], tokenKeyIds: ['new'] }, found, {
    created: new Set(['sa.key']),
  })
  expect(commands).toEqual([])
  expect(events).toMatchObject([{ type: 'trust.unseen', where: 'tokens of the lost key' }])
})

test('no token is missed where another CA alone was created', async () => {
  const created = ['etcd/ca.crt', 'etcd/ca.key']
  const { events } = await search({ created }, found, { created: new Set(created) })
  expect(events).not.toContainEqual(expect.objectContaining({ where: 'tokens of the lost key' }))
})

test('that the keys cannot be read fails nothing', async () => {
  const { events } = await search({}, {}, { tokenKeys: undefined })
  expect(events).toMatchObject([{ type: 'trust.unseen', where: 'anything' }])
})

test('what has the name of a CA that was created is looked for, unless it has the present one', async () => {
  const learned = { created: new Set(['etcd/ca.crt']) }
  const { commands } = await search({ tokenKeyIds: ['new'] }, found, learned)
  const searches = commands.filter(({ title }) => title.startsWith('find '))
  expect(searches).toHaveLength(3)
  for (const { script } of searches) {
    expect(script).toMatch(/^etcd-ca [\w+/]{12,}$/m)
    expect(script).toMatch(/^!etcd-ca [\w+/=]{40,}$/m)
    expect(script).not.toContain('front-proxy-ca ')
  }
})
