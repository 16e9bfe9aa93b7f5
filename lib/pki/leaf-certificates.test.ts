import { expect, it } from 'vitest'
import { ca, leaf, otherCa } from '../testing/certificates.ts'
import { problemsIn } from './leaf-certificates.ts'

const names = ['apiserver', 'apiserver-kubelet-client', 'front-proxy-client', 'apiserver-etcd-client']
const certificates = [...names, 'etcd/server', 'etcd/peer', 'etcd/healthcheck-client'].map((name) => `${name}.crt`)
const kubeconfigs = ['admin.conf', 'kubelet.conf', 'controller-manager.conf', 'scheduler.conf']
const whole: Record<string, string> = {
  ...Object.fromEntries(['ca.crt', 'front-proxy-ca.crt', 'etcd/ca.crt'].map((name) => [name, ca])),
  ...Object.fromEntries(
    certificates.flatMap((name) => [
      [name, leaf],
      [`key-of:${name}`, 'yes'],
    ]),
  ),
  ...Object.fromEntries(
    kubeconfigs.flatMap((name) => [
      [name, leaf],
      [`ca-of:${name}`, ca],
    ]),
  ),
  ...Object.fromEntries(
    ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((name) => [name, 'yes']),
  ),
}
const problems = (changes: Record<string, string>) =>
  problemsIn((name) => ({ ...whole, ...changes })[name] ?? '', '/pki', new Date('2027-01-01'))

it('finds nothing wrong with what kubeadm made', () => expect(problems({})).toEqual([]))

it('finds everything missing after the disaster', () => {
  const all = problemsIn(() => '', '/pki', new Date())
  expect(all).toHaveLength(certificates.length + kubeconfigs.length + 4)
  expect(new Set(all.map(({ problem }) => problem))).toEqual(new Set(['missing']))
})

it.each([
  ['a certificate without its key', { 'key-of:etcd/peer.crt': '' }, '/pki/etcd/peer.crt', 'without its key'],
  ['an empty certificate', { 'apiserver.crt': '' }, '/pki/apiserver.crt', 'missing'],
  ['a kubeconfig of another CA', { 'ca-of:admin.conf': otherCa }, '/etc/kubernetes/admin.conf', 'trusts another CA'],
  ['a manifest that was not prepared', { etcd: '' }, '/var/lib/drill-recovery/manifests/etcd.yaml', 'missing'],
])('finds %s', (_, changes, path, problem) => expect(problems(changes)).toEqual([{ path, problem }]))

it('finds that everything is of an old CA', () => {
  expect(problems({ 'ca.crt': otherCa }).map(({ path }) => path)).toEqual([
    '/pki/apiserver.crt',
    '/pki/apiserver-kubelet-client.crt',
    ...kubeconfigs.map((name) => `/etc/kubernetes/${name}`),
  ])
})

it('is content with a kubelet.conf that names the certificate that kubelet rotates', () => {
  expect(problems({ 'kubelet.conf': '', 'rotated:kubelet.conf': 'yes' })).toEqual([])
})
