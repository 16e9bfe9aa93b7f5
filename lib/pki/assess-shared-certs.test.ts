import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { PreconditionError } from '../engine/errors.ts'
import { issueCertificate, shown } from '../testing/issue-certificate.ts'
import { assessSharedCerts, sharedFiles, type SharedFile } from './assess-shared-certs.ts'

const now = new Date('2027-01-01')
const own = issueCertificate({ commonName: 'kubernetes' })
const ca = shown(own)
const front = shown(issueCertificate({ commonName: 'front-proxy-ca' }))
const etcd = shown(issueCertificate({ commonName: 'etcd-ca' }))
const other = shown(issueCertificate({ commonName: 'kubernetes' }))
const expired = issueCertificate({ commonName: 'kubernetes', notAfter: new Date('2021-01-01'), key: own.key })
const pair = () => {
  const { publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  return { key: publicKey, pub: publicKey }
}
const sa = pair()
const otherSa = pair()

const whole: Readonly<Record<SharedFile, string>> = {
  'ca.crt': ca.certificate,
  'ca.key': ca.key,
  'front-proxy-ca.crt': front.certificate,
  'front-proxy-ca.key': front.key,
  'etcd/ca.crt': etcd.certificate,
  'etcd/ca.key': etcd.key,
  'sa.key': sa.key,
  'sa.pub': sa.pub,
}
type Changes = Partial<Record<SharedFile, string | undefined>>
/** A control plane with everything, but for the changes; undefined: the file is not there. */
const holder = (name: string, changes: Changes = {}) => ({
  name,
  files: new Map(
    sharedFiles.flatMap((file) => {
      const text = file in changes ? changes[file] : whole[file]
      return text === undefined ? [] : [[file, text] as const]
    }),
  ),
})
const nothing = Object.fromEntries(sharedFiles.map((file) => [file, undefined])) as Changes
const judge = (...changes: Changes[]) =>
  assessSharedCerts(
    changes.map((each, index) => holder(`m${index + 1}`, each)),
    [],
    now,
  )

it('keeps what is right', () => {
  const { wrong, lacking, wanted } = judge({}, {})
  expect([...wrong.values()].flatMap((files) => [...files])).toEqual([])
  expect([...lacking.values()].flat()).toEqual([])
  expect(Object.fromEntries(wanted)).toEqual(whole)
})

it('wants nothing of the lost, and finds nothing wrong with what is not there', () => {
  const { wrong, lacking, wanted } = judge(nothing, nothing)
  expect(wanted.size).toBe(0)
  expect(wrong.get('m1')?.size).toBe(0)
  expect(lacking.get('m2')).toEqual(sharedFiles)
})

it('takes everything from the one that holds it', () => {
  const { wanted, lacking, keyHolders } = judge(nothing, {})
  expect(Object.fromEntries(wanted)).toEqual(whole)
  const keys = sharedFiles.filter((file) => file.endsWith('.key'))
  expect(Object.fromEntries(keyHolders)).toEqual(Object.fromEntries(keys.map((file) => [file, 'm2'])))
  expect(lacking.get('m1')).toEqual(sharedFiles)
  expect(lacking.get('m2')).toEqual([])
})

describe('what one of two has wrong is taken from the other', () => {
  it.each<[string, Changes, Partial<Record<SharedFile, string>>]>([
    ['an empty certificate', { 'ca.crt': '' }, { 'ca.crt': 'empty' }],
    ['a truncated certificate', { 'etcd/ca.crt': etcd.certificate.slice(0, 300) }, { 'etcd/ca.crt': 'unreadable' }],
    ['a truncated key', { 'ca.key': 'unreadable' }, { 'ca.key': 'unreadable' }],
    ['an empty key', { 'front-proxy-ca.key': '\n' }, { 'front-proxy-ca.key': 'empty' }],
    ['a key of another certificate', { 'ca.key': other.key }, { 'ca.key': "not the cluster's" }],
    ['a certificate of another key', { 'ca.crt': other.certificate }, { 'ca.crt': "not the cluster's" }],
    ['an expired certificate', { 'ca.crt': expired.certificate }, { 'ca.crt': 'expired' }],
    ['a public key of another pair', { 'sa.pub': otherSa.pub }, { 'sa.pub': "not the cluster's" }],
    ['a truncated public key', { 'sa.pub': sa.pub.slice(0, 100) }, { 'sa.pub': 'unreadable' }],
    ['a private key of another pair', { 'sa.key': otherSa.key }, { 'sa.key': "not the cluster's" }],
    ['half a pair', { 'ca.key': undefined }, {}],
    ['a missing public key', { 'sa.pub': undefined }, {}],
  ])('%s', (_, changes, problems) => {
    for (const [name, verdict] of [
      ['m1', judge(changes, {})],
      ['m2', judge({}, changes)],
    ] as const) {
      expect(Object.fromEntries(verdict.wanted)).toEqual(whole)
      expect(Object.fromEntries(verdict.wrong.get(name) ?? [])).toEqual(problems)
      expect(verdict.lacking.get(name)).toEqual(Object.keys(changes))
      expect(verdict.lacking.get(name === 'm1' ? 'm2' : 'm1')).toEqual([])
    }
  })
})

describe('a CA whose key exists is never replaced', () => {
  it('where one control plane has its certificate, and another its key', () => {
    const { wanted, lacking } = judge({ 'ca.key': undefined }, { 'ca.crt': '' })
    expect(wanted.get('ca.crt')).toBe(ca.certificate)
    expect(wanted.get('ca.key')).toBe(ca.key)
    expect(lacking.get('m2')).toEqual(['ca.crt'])
  })

  it('where only machines that trust it have its certificate', () => {
    const { wanted } = assessSharedCerts(
      [holder('m1', { 'ca.crt': undefined })],
      [{ name: 'w1', known: [other.certificate, ca.certificate], trusted: [] }],
      now,
    )
    expect(wanted.get('ca.crt')).toBe(ca.certificate)
  })
})

describe('a CA that is there and not whole', () => {
  it.each<[string, Changes, string]>([
    ['without its key', { 'ca.key': undefined }, 'key missing'],
    ['with the key of another', { 'ca.key': other.key }, 'key missing'],
    ['with a key that cannot be read', { 'ca.key': 'unreadable' }, 'key missing'],
    ['expired', { 'ca.crt': expired.certificate }, 'expired'],
    ['without its certificate', { 'ca.crt': undefined }, 'certificate missing'],
    ['with a certificate that cannot be read', { 'ca.crt': '' }, 'certificate missing'],
  ])('%s', (_, changes, problem) => {
    const { unusable } = judge(changes)
    expect(unusable).toMatchObject([{ file: 'ca.crt', problem }])
  })

  it('is none that is lost altogether, nor one that another machine has whole', () => {
    expect(judge(nothing).unusable).toEqual([])
    expect(judge({ 'ca.key': undefined }, {}).unusable).toEqual([])
    expect(judge({}).unusable).toEqual([])
  })
})

it('a file with further CAs is right where the key of one of them is there, and stays as it is', () => {
  for (const bundle of [`${ca.certificate}\n${other.certificate}`, `${other.certificate}\n${ca.certificate}`]) {
    const { wanted, wrong, lacking } = judge({ 'ca.crt': bundle }, {})
    expect(wanted.get('ca.crt')).toBe(bundle)
    expect([...wrong.values()].flatMap((files) => [...files])).toEqual([])
    expect([...lacking.values()].flat()).toEqual([])
  }
})

describe('what no machine has whole must be created', () => {
  it.each<[string, Changes, Partial<Record<SharedFile, string>>]>([
    [
      'an expired CA',
      { 'ca.crt': expired.certificate },
      { 'ca.crt': 'expired', 'ca.key': 'without the other half of its pair' },
    ],
    [
      'a certificate without its key',
      { 'etcd/ca.key': undefined },
      { 'etcd/ca.crt': 'without the other half of its pair' },
    ],
    [
      'a pair that does not fit',
      { 'front-proxy-ca.key': other.key },
      {
        'front-proxy-ca.crt': 'without the other half of its pair',
        'front-proxy-ca.key': 'without the other half of its pair',
      },
    ],
    ['a public key alone', { 'sa.key': undefined }, { 'sa.pub': 'without the other half of its pair' }],
  ])('%s', (_, changes, problems) => {
    const { wanted, wrong } = judge(changes)
    expect(Object.fromEntries(wrong.get('m1') ?? [])).toEqual(problems)
    for (const file of Object.keys(problems)) expect(wanted.has(file as SharedFile)).toBe(false)
  })
})

describe('a CA that is kept without its key', () => {
  const kept = new Map([['ca.crt', ca.certificate]] as const)
  const judged = (...changes: Changes[]) =>
    assessSharedCerts(
      changes.map((each, index) => holder(`m${index + 1}`, each)),
      [],
      now,
      { kept },
    )

  it('is right as it is, whatever is in the place of the key', () => {
    for (const key of [undefined, other.key, 'unreadable', '']) {
      const { wrong, lacking, toCreate, unusable } = judged({ 'ca.key': key })
      expect([...(wrong.get('m1') ?? [])]).toEqual([])
      expect([lacking.get('m1'), toCreate, unusable]).toEqual([[], [], []])
    }
  })

  it('is copied to control planes that lack it', () => {
    const { lacking, wanted, wrong } = judged(
      { 'ca.key': undefined },
      { 'ca.key': undefined, 'ca.crt': undefined },
      { 'ca.key': undefined, 'ca.crt': other.certificate },
    )
    expect(lacking.get('m2')).toEqual(['ca.crt'])
    expect(wrong.get('m3')?.get('ca.crt')).toBe("not the cluster's")
    expect(wanted.get('ca.crt')).toBe(ca.certificate)
    expect(wanted.has('ca.key')).toBe(false)
  })

  it('has its key again where that came back', () => {
    expect(judged({ 'ca.key': undefined }, {}).lacking.get('m1')).toEqual(['ca.key'])
  })
})

it('takes the public half of the key where there is no public key', () => {
  const { wanted } = judge({ 'sa.pub': undefined })
  expect(wanted.get('sa.pub')).toBe(sa.pub)
  expect(judge({ 'sa.pub': otherSa.pub }).wanted.get('sa.pub')).toBe(sa.pub)
})

it('refuses to choose between two CAs', () => {
  const judged = () => judge({}, { 'ca.crt': other.certificate, 'ca.key': other.key })
  expect(judged).toThrow(PreconditionError)
  expect(judged).toThrow('ca.crt differs between control planes')
})

it('finds nothing wrong with further keys in sa.pub, on whichever control plane', () => {
  for (const text of [sa.pub + otherSa.pub, otherSa.pub + sa.pub]) {
    const { wrong, lacking } = judge({ 'sa.pub': text }, {})
    expect([...wrong.values()].flatMap((files) => [...files])).toEqual([])
    expect([...lacking.values()].flat()).toEqual([])
  }
})

it('names two CAs by their fingerprints, with who has and who trusts each', () => {
  const machine = (name: string, ...trusted: string[]) => ({ name, known: [], trusted })
  const two = () =>
    assessSharedCerts(
      [holder('m1'), holder('m2', { 'ca.crt': other.certificate, 'ca.key': other.key }), holder('m3')],
      [machine('m1', ca.certificate), machine('m2', ca.certificate), machine('w1', ca.certificate)],
      now,
    )
  const print = ({ certificate }: { certificate: string }) => new X509Certificate(certificate).fingerprint256
  expect(two).toThrow(
    `m1, m3 has SHA-256 ${print(ca)}, trusted by m1, m2, w1; m2 has SHA-256 ${print(other)}, trusted by nobody`,
  )
})
