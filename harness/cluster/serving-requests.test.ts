import { expect, test } from 'vitest'
import { servingRequestProblem } from './serving-requests.ts'

const machine = { name: 'worker', address: '172.18.0.4' }
const spec = {
  request: '',
  signerName: 'kubernetes.io/kubelet-serving',
  usages: ['digital signature', 'server auth'],
  groups: ['system:nodes', 'system:authenticated'],
  username: 'system:node:worker',
}
const text = (
  subject = 'O=system:nodes, CN=system:node:worker',
  names = 'DNS:worker, IP Address:172.18.0.4',
) => `Certificate Request:
    Data:
        Version: 1 (0x0)
        Subject: ${subject}
        Attributes:
            Requested Extensions:
                X509v3 Subject Alternative Name: ${''}
                    ${names}
`

test('a node’s own request is right', () => {
  expect(servingRequestProblem(machine, { spec }, text())).toBeUndefined()
  expect(
    servingRequestProblem(machine, { spec: { ...spec, usages: ['key encipherment', ...spec.usages] } }, text()),
  ).toBeUndefined()
})

test.each([
  [
    'another subject',
    spec,
    text('O=system:nodes, CN=system:node:other'),
    'subject O=system:nodes,CN=system:node:other',
  ],
  [
    'more organizations',
    spec,
    text('O=system:masters, O=system:nodes, CN=system:node:worker'),
    'subject O=system:masters',
  ],
  ['another name', spec, text(undefined, 'DNS:worker, DNS:kubernetes'), 'made out to DNS:kubernetes too'],
  ['another address', spec, text(undefined, 'IP Address:10.96.0.1'), 'made out to IP Address:10.96.0.1 too'],
  ['a user', spec, text(undefined, 'URI:spiffe://x'), 'made out to URI:spiffe://x too'],
  ['no name', spec, text().replace(/X509v3[\s\S]*/, ''), 'made out to nobody'],
  [
    'client usage',
    { ...spec, usages: ['digital signature', 'client auth'] },
    text(),
    'usages client auth, digital signature',
  ],
  [
    'an asker that is no node',
    { ...spec, groups: ['system:authenticated'] },
    text(),
    'asked by nobody of system:nodes',
  ],
  ['nothing readable', spec, '', 'subject none'],
])('%s is refused', (_, wrong, printed, words) => {
  expect(servingRequestProblem(machine, { spec: wrong }, printed)).toContain(words)
})
