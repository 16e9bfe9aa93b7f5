import { expect, it } from 'vitest'
import * as requests from '../../testing/serving-requests.ts'
import { requestedNames } from './certificate-request.ts'
import { servingProblem, type ServingNode } from './serving-problem.ts'

const w1: ServingNode = { name: 'w1', addresses: ['10.0.0.5', 'fd00::5'], unproven: [] }
const request = (pem: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  spec: {
    signerName: 'kubernetes.io/kubelet-serving',
    username: 'system:node:w1',
    groups: ['system:nodes', 'system:authenticated'],
    usages: ['digital signature', 'server auth'],
    request: Buffer.from(pem).toString('base64'),
    ...changes,
  },
})

it('reads the names in what a kubelet asks for', () => {
  expect(requestedNames(requests.ofKubelet)).toEqual({
    commonNames: ['system:node:vari-control-plane2'],
    organizations: ['system:nodes'],
    dnsNames: ['vari-control-plane2'],
    ipAddresses: ['172.18.0.7'],
    others: 0,
  })
})

it('finds nothing wrong with names and addresses that are the machine’s, however they are spelled', () => {
  expect(servingProblem(request(requests.right), w1)).toBeUndefined()
  expect(servingProblem(request(requests.right), { ...w1, addresses: ['10.0.0.5', 'FD00:0::5'] })).toBeUndefined()
})

it.each([
  ['the name of a Service', requests.foreignName, 'kubernetes.default.svc is a name of the API or of a Service'],
  ['another machine’s address', requests.foreignAddress, "10.0.0.1 is not w1's"],
  ['the name of another Node', requests.otherNode, 'common name is "system:node:w2"'],
  ['another group', requests.otherGroup, 'organization is "system:masters"'],
  ['a URI', requests.withUri, 'neither host names nor addresses'],
  ['a text that is no request', 'hello', 'not exactly one certificate request'],
  ['two requests', requests.right + requests.foreignName, 'not exactly one certificate request'],
  ['a damaged request', requests.right.replace(/\n[^\n]+\n-----END/, '\n-----END'), 'cannot be read'],
])('refuses %s', (_, pem, words) => expect(servingProblem(request(pem), w1)).toContain(words))

it('refuses the name of a Service although the Node itself says that it is its own', () => {
  const claims = { ...w1, addresses: [...w1.addresses, 'kubernetes.default.svc'] }
  expect(servingProblem(request(requests.foreignName), claims)).toContain('a name of the API')
})

it.each([
  ['of another requester', { username: 'system:node:w2' }, 'system:node:w2 asked for it'],
  ['of a requester that is no node', { groups: ['system:authenticated'] }, 'not in the group system:nodes'],
  ['for another signer', { signerName: 'kubernetes.io/kube-apiserver-client' }, 'kube-apiserver-client'],
  ['for a client certificate', { usages: ['digital signature', 'client auth'] }, '"client auth"'],
  ['for no serving certificate', { usages: ['digital signature'] }, '"server auth"'],
])('refuses a request %s', (_, changes, words) =>
  expect(servingProblem(request(requests.right, changes), w1)).toContain(words),
)
