import { expect, it } from 'vitest'
import { facts } from '../../testing/fake-node.ts'
import { saKeyFactsIn } from './sa-key-facts.ts'

const manifest = (key: string, sidecar = '') => `kind: Pod
spec:
  containers:
${sidecar}  - command: [kube-apiserver, --service-account-key-file=/pki/sa.pub, --service-account-signing-key-file=${key}]
    name: kube-apiserver
`
const signsElsewhere = (text: string) => saKeyFactsIn(facts({ manifest: text }), 'm1', '/pki').signsElsewhere

it.each([
  ['the key of kubeadm', manifest('/pki/sa.key'), false],
  [
    'the same, behind a sidecar that has a command of its own',
    manifest('/pki/sa.key', '  - command: [proxy]\n    name: proxy\n'),
    false,
  ],
  ['another key', manifest('/srv/own.key'), true],
  ['nobody knows what: the manifest is lost', '', false],
  ['nobody knows what: the manifest cannot be read', '{', false],
])('an API server signs with %s', (_, text, elsewhere) => {
  expect(signsElsewhere(text)).toBe(elsewhere)
})
