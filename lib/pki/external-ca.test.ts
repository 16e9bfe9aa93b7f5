import { expect, test } from 'vitest'
import { isExternal, signingKeys } from './external-ca.ts'

const key = '--cluster-signing-key-file=/pki/ca.key'

test.each([
  [[key], ['/pki/ca.key']],
  [['--cluster-signing-key-file='], []],
  [[], []],
  [[key, '--controllers=*,bootstrapsigner,tokencleaner'], ['/pki/ca.key']],
  [[key, '--controllers=*,-csrsigning'], []],
  [[key, '--controllers=*,-certificatesigningrequest-signing-controller'], []],
  [[key, '--controllers=node-lifecycle-controller'], []],
  [['--cluster-signing-kubelet-serving-key-file=/pki/serving.key'], ['/pki/serving.key']],
])('%j signs with %j', (flags, keys) => {
  expect(signingKeys(['kube-controller-manager', ...flags])).toEqual(keys)
})

test('a CA is external where no controller manager signs, or the operator says so', () => {
  expect(isExternal([[]], 'detect')).toBe(true)
  expect(isExternal([[], [key]], 'detect')).toBe(false)
  expect(isExternal([], 'detect')).toBe(false)
  expect(isExternal([[key]], 'yes')).toBe(true)
  expect(isExternal([[]], 'no')).toBe(false)
})
