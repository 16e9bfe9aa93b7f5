import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { PreconditionError } from '../engine/errors.ts'
import { parseKubeadmConfig } from '../kubeadm/kubeadm-config.ts'
import type { StaticPodSpec, NodeState } from '../model.ts'
import { bboltFile, keyValue, pageOf, revisionKey } from '../testing/etcd-bytes.ts'
import { fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { localNode } from '../testing/local-node.ts'
import { runScript } from '../shell/bash.ts'
import { keyNamesIn, withoutKeys, refuseLostEncryptionKeys } from './encryption-keys.ts'

const configuration = `
kind: EncryptionConfiguration
resources:
  - resources: [secrets]
    providers:
      - aescbc: { keys: [{ name: key1, secret: x }, { name: key0, secret: x }] }
      - secretbox: { keys: [{ name: box, secret: x }] }
      - kms: { apiVersion: v2, name: vault, endpoint: 'unix:///kms' }
      - identity: {}
`

it('reads the names of all keys', () => {
  expect(keyNamesIn(parse(configuration)).map(({ provider, name }) => `${provider} ${name}`)).toEqual([
    'aescbc key1',
    'aescbc key0',
    'secretbox box',
    'kms vault',
  ])
  expect(keyNamesIn(undefined)).toEqual([])
})

const object = '/registry/secrets/default/mine'
const database = bboltFile(
  [[revisionKey(10), keyValue(object, 10, Buffer.from('k8s:enc:aescbc:v1:key1:bytes'))]],
  [],
  'key',
)

const apiServer: StaticPodSpec = {
  image: 'kube-apiserver',
  command: ['kube-apiserver', '--encryption-provider-config=/in/enc.yaml'],
  env: [],
  mounts: [{ name: 'enc', mountPath: '/in', readOnly: true }],
  volumes: [{ name: 'enc', path: '/srv/keys', type: '' }],
  resources: { limits: {}, requests: {} },
}

function controlPlane(file: string, ran: StaticPodSpec | undefined): NodeState {
  const node = fakeNode('m1', 'control-plane', {
    'list the encryption keys in the etcd database': 'k8s:enc:aescbc:v1:key1:\n',
    'find values of an encryption key in the etcd database': `10 ${object}\n`,
    'find objects in the etcd database': '',
    'find deletions in the etcd database': '',
    'read pages of the etcd database': pageOf(database),
    'look for an object in the etcd database': '1\n',
    'read the EncryptionConfiguration': file,
  })
  return {
    node,
    address: '10.0.0.1',
    facts: { etcdDataDir: '/var/lib/etcd' } as NodeState['facts'],
    mirrorPodSpecs: new Map(ran ? [['kube-apiserver', ran] as const] : []),
    storedKeys: [],
  }
}
const check = (host: NodeState) =>
  refuseLostEncryptionKeys([host], parseKubeadmConfig(plain), new AbortController().signal)

it('lets a repair go on whose keys are all there, and reads the file where the machine has it', async () => {
  const host = controlPlane(configuration, apiServer)
  await check(host)
  const { commands } = host.node as ReturnType<typeof fakeNode>
  const reading = commands.find(({ title }) => title === 'read the EncryptionConfiguration')
  expect(reading?.script).toContain('/srv/keys/enc.yaml')
})

const secret = 'c2VjcmV0IGlzIHNlY3VyZSwgaXMgaXQ='
it.each([
  ['in blocks', `keys:\n- name: key1\n  secret: ${secret}\n- name: key0\n  secret: "${secret}"\n`],
  ['in flows', `keys: [{ name: key1, secret: ${secret} }, { secret: '${secret}', name: key0 }]\n`],
  ['in JSON', JSON.stringify({ keys: ['key1', 'key0'].map((name) => ({ name, secret })) })],
  ['in lines', `keys:\n- secret: |-\n    ${secret}\n  name: key1\n- name: key0\n  secret:\n    ${secret}\n`],
])('sends the names of keys and not the keys: %s', async (_, text) => {
  const folder = mkdtempSync(join(tmpdir(), 'drill-encryption-'))
  const path = join(folder, 'file')
  writeFileSync(path, text)
  const { stdout } = await runScript(localNode, 'read', withoutKeys(path))
  rmSync(folder, { recursive: true })
  expect(stdout).not.toContain(secret.slice(0, 12))
  expect((parse(stdout) as { keys: { name: string }[] }).keys.map(({ name }) => name)).toEqual(['key1', 'key0'])
})

it.each([
  [
    'a key that is gone',
    configuration.replace('key1', 'key2'),
    apiServer,
    `${object} on m1 need the aescbc key key1, and it is not in /srv/keys/enc.yaml`,
  ],
  [
    'a provider of another kind',
    'resources: [{ providers: [{ secretbox: { keys: [{ name: key1 }] } }] }]',
    apiServer,
    'need the aescbc key key1',
  ],
  ['no configuration at all', '', undefined, 'the API server has no EncryptionConfiguration'],
  ['a file that is no YAML', 'a: [', apiServer, '/srv/keys/enc.yaml on m1 is not an EncryptionConfiguration'],
])('refuses %s, by name', async (_, file, ran, words) => {
  const refusal = check(controlPlane(file, ran))
  await expect(refusal).rejects.toThrow(PreconditionError)
  await expect(refusal).rejects.toThrow(words)
})
