import { describe, expect, it } from 'vitest'
import { issueCertificate, shown, type Issued, type Wanted } from '../testing/issue-certificate.ts'
import { kubeconfigOf } from '../testing/kubeconfig.ts'
import { kubeconfigs, leafCerts, assessLeafCerts } from './assess-leaf-certs.ts'

const now = new Date('2027-01-01')
const past = new Date('2021-01-01')
const cas = {
  'ca.crt': issueCertificate({ commonName: 'kubernetes' }),
  'front-proxy-ca.crt': issueCertificate({ commonName: 'front-proxy-ca' }),
  'etcd/ca.crt': issueCertificate({ commonName: 'etcd-ca' }),
}
const other = issueCertificate({ commonName: 'kubernetes' })
const ca = cas['ca.crt']
const owner = { name: 'm1', address: '10.0.0.1' }
const leaf = (by: Issued, change: Partial<Wanted> = {}) =>
  shown(issueCertificate({ commonName: 'leaf', addresses: ['10.0.0.1'], by, ...change }))
const users: Readonly<Record<string, string>> = {
  'kubelet.conf': 'system:node:m1',
  'controller-manager.conf': 'system:kube-controller-manager',
  'scheduler.conf': 'system:kube-scheduler',
}
const config = (file: string, change: Partial<Wanted> = {}) =>
  kubeconfigOf(ca.certificate, leaf(ca, { commonName: users[file] ?? 'somebody', ...change }))

const whole: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(cas).map(([file, { certificate }]) => [file, certificate])),
  ...Object.fromEntries(
    leafCerts.flatMap(([file, authority]) => {
      const { certificate, key } = leaf(cas[authority])
      return [
        [file, certificate],
        [file.replace(/crt$/, 'key'), key],
      ]
    }),
  ),
  ...Object.fromEntries(
    kubeconfigs.flatMap((file) => [
      [file, config(file)],
      [`there:${file}`, 'yes'],
    ]),
  ),
}
const problems = (changes: Readonly<Record<string, string>>) =>
  assessLeafCerts((name) => ({ ...whole, ...changes })[name] ?? '', owner, '/pki', now)

it('finds nothing wrong with what kubeadm made', () => expect(problems({})).toEqual([]))

it('finds everything missing after the disaster; super-admin.conf need not be there', () => {
  const all = assessLeafCerts(() => '', owner, '/pki', now)
  expect(all).toHaveLength(leafCerts.length + kubeconfigs.length - 1)
  expect(new Set(all.map(({ problem }) => problem))).toEqual(new Set(['missing']))
})

describe.each(leafCerts)('%s', (file, authority) => {
  const key = file.replace(/crt$/, 'key')
  const good = whole[file] ?? ''
  const late = leaf(cas[authority], { notAfter: past })
  it.each([
    ['empty', { [file]: '' }, 'missing'],
    ['truncated', { [file]: good.slice(0, 200) }, 'unreadable'],
    ['of another CA', { [file]: leaf(other).certificate }, 'signed by another CA'],
    ['expired', { [file]: late.certificate, [key]: late.key }, 'expired'],
    ['without its key', { [key]: '' }, 'without its key'],
    ['with a truncated key', { [key]: (whole[key] ?? '').slice(0, 60) }, 'of another key'],
    ['with another key', { [key]: other.publicKey }, 'of another key'],
  ])('%s is found', (_, changes, problem) => {
    expect(problems(changes)).toEqual([{ path: `/pki/${file}`, problem }])
  })
})

it.each(['apiserver.crt', 'etcd/server.crt', 'etcd/peer.crt'])('%s of another machine is found', (file) => {
  const authority = leafCerts.find(([name]) => name === file)?.[1] ?? 'ca.crt'
  const { certificate, key } = leaf(cas[authority], { addresses: ['10.0.0.2'] })
  expect(problems({ [file]: certificate, [file.replace(/crt$/, 'key')]: key })).toEqual([
    { path: `/pki/${file}`, problem: 'made out to another machine' },
  ])
})

describe.each(kubeconfigs)('%s', (file) => {
  const good = whole[file] ?? ''
  const path = `/etc/kubernetes/${file}`
  it.each([
    ['empty', '', 'missing'],
    ['cut in its certificate', good.slice(0, good.indexOf('client-certificate-data') + 200), 'unreadable'],
    ['cut in its key', good.slice(0, good.length - 60), 'of another key'],
    ['something else', 'hello', 'unreadable'],
    ['without its key', good.replace(/client-key-data: .*/, 'x: y'), 'without its key'],
    ['without a server', good.replace(/server: .*/, 'x: y'), 'unreadable'],
    ['trusting another CA', kubeconfigOf(other.certificate, leaf(ca)), 'trusts another CA'],
    ['signed by another CA', kubeconfigOf(ca.certificate, leaf(other)), 'signed by another CA'],
    ['expired', config(file, { notAfter: past }), 'expired'],
  ])('%s is found', (_, text, problem) => {
    expect(problems({ [file]: text })).toEqual([{ path, problem }])
  })
})

it.each(Object.keys(users))('%s of another user is found', (file) => {
  expect(problems({ [file]: config(file, { commonName: 'kubernetes-admin' }) })).toEqual([
    { path: `/etc/kubernetes/${file}`, problem: 'of another user' },
  ])
})

it('finds that everything is of an old CA', () => {
  expect(problems({ 'ca.crt': other.certificate }).map(({ path }) => path)).toEqual([
    '/pki/apiserver.crt',
    '/pki/apiserver-kubelet-client.crt',
    ...kubeconfigs.map((name) => `/etc/kubernetes/${name}`),
  ])
})

it('is content with a kubeconfig that names its CA, or trusts more CAs than one', () => {
  const file = 'scheduler.conf'
  const named = config(file).replace(
    /certificate-authority-data: .*/,
    'certificate-authority: /etc/kubernetes/pki/ca.crt',
  )
  const trusted = (text: string) => problems({ [file]: named, [`trusted:${file}`]: text })
  expect(trusted(ca.certificate)).toEqual([])
  expect(trusted(other.certificate)).toEqual([{ path: `/etc/kubernetes/${file}`, problem: 'trusts another CA' }])
  const both = kubeconfigOf(`${other.certificate}\n${ca.certificate}`, leaf(ca, { commonName: users[file] ?? '' }))
  expect(problems({ [file]: both })).toEqual([])
})

it('is content with a kubelet.conf that names the certificate that kubelet rotates', () => {
  const text = config('kubelet.conf')
    .replace(/client-certificate-data: .*/, 'client-certificate: /var/lib/kubelet/pki/current.pem')
    .replace(/client-key-data: .*/, 'client-key: /var/lib/kubelet/pki/current.pem')
  expect(problems({ 'kubelet.conf': text })).toEqual([])
})

describe('a kubelet.conf that names the certificate that kubelet rotates', () => {
  const named = config('kubelet.conf')
    .replace(/client-certificate-data: .*/, 'client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem')
    .replace(/client-key-data: .*/, 'client-key: /var/lib/kubelet/pki/kubelet-client-current.pem')
  const rotated = (change: Partial<Wanted> = {}) => leaf(ca, { commonName: 'system:node:m1', ...change })
  const both = ({ certificate, key }: Issued) => `${certificate}\n${key}`
  const problemWith = (current: string) => {
    const texts: Readonly<Record<string, string>> = { ...whole, 'kubelet.conf': named, 'kubelet-client': current }
    return assessLeafCerts((name) => texts[name] ?? '', owner, '/pki', now)
  }

  it.each([
    ['keeps the identity of kubelet', rotated(), true],
    ['cannot, where that certificate expired', rotated({ notAfter: past }), false],
    ['cannot, where another CA signed it', leaf(other, { commonName: 'system:node:m1' }), false],
    ['cannot, where it is of another machine', rotated({ commonName: 'system:node:m2' }), false],
  ])('that is lost %s', (_, certificate, keepsIdentity) => {
    const [found] = problems({ 'kubelet.conf': '', 'kubelet-client': both(certificate) })
    expect([found?.problem, found?.keepsIdentity ?? false]).toEqual(['missing', keepsIdentity])
  })

  it('that trusts another CA does not: kubelet may have read it', () => {
    const [found] = problems({
      'kubelet.conf': kubeconfigOf(other.certificate, leaf(ca)),
      'kubelet-client': both(rotated()),
    })
    expect([found?.problem, found?.keepsIdentity]).toEqual(['trusts another CA', undefined])
  })

  it('is right while that is valid', () => expect(problemWith(both(rotated()))).toEqual([]))

  // Found on a healthy cluster: the file was believed whatever stood there, and the kubelet did not come up again.
  it.each([
    ['missing', ''],
    ['unreadable', '-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----'],
    ['expired', both(rotated({ notAfter: past }))],
    ['signed by another CA', both(leaf(other, { commonName: 'system:node:m1' }))],
    ['without its key', rotated().certificate],
    ['of another key', `${rotated().certificate}\n${rotated().key}`],
    ['of another user', both(rotated({ commonName: 'system:node:m2' }))],
  ])('is wrong when that is %s', (problem, current) =>
    expect(problemWith(current)).toEqual([{ path: '/etc/kubernetes/kubelet.conf', problem }]),
  )
})
