import { expect, test } from 'vitest'
import { leaf } from '../../../lib/testing/certificates.ts'
import { certificateFields, kubeconfigFields } from './credential-fields.ts'

test('of a certificate: whose it is, not which', () => {
  expect(certificateFields(leaf)).toEqual({
    subject: 'CN=system:node:master-1, O=system:nodes',
    names: '',
    usages: '',
    'kind of key': 'ec prime256v1',
  })
  expect(() => certificateFields(leaf.slice(0, 80))).toThrow()
})

const kubeconfig = (user: string) => `
apiVersion: v1
kind: Config
current-context: one@two
clusters:
  - { name: two, cluster: { server: 'https://lb:6443', certificate-authority-data: eA== } }
contexts:
  - { name: one@two, context: { cluster: two, user: one } }
users:
  - { name: one, user: ${user} }
`
const common = {
  server: 'https://lb:6443',
  'server name': '',
  user: 'CN=system:node:master-1, O=system:nodes',
  context: 'one@two',
  namespace: '',
  'name of the cluster': 'two',
  'name of the user': 'one',
}

test('of a kubeconfig that holds its certificate', () => {
  const user = `{ client-certificate-data: ${Buffer.from(leaf).toString('base64')} }`
  expect(kubeconfigFields(kubeconfig(user), '')).toEqual({ ...common, certificate: 'in the file' })
})

test('of one that names the certificate that kubelet rotates', () => {
  expect(kubeconfigFields(kubeconfig('{ client-certificate: /a/current.pem }'), leaf)).toEqual({
    ...common,
    certificate: '/a/current.pem',
  })
})

test('a user without a certificate is nobody', () => {
  expect(kubeconfigFields(kubeconfig('{}'), '')).toMatchObject({ user: '', certificate: 'none' })
})

test.each([[''], ['clusters: []']])('what is no kubeconfig throws: %j', (text) => {
  expect(() => kubeconfigFields(text, '')).toThrow()
})
