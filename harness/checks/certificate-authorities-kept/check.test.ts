import { expect, test } from 'vitest'
import type { CertificateAuthorities } from '../../observe/certificate-authorities.ts'
import { certificateAuthoritiesKept } from './check.ts'
import { goodRun } from '../../testing/run-fixture.ts'

type Use = CertificateAuthorities['machines'][number]['uses'][number]

const use = (fingerprint: string, by = 'pki/ca.crt', file: Use['file'] = 'ca.crt'): Use => ({
  ...{ file, fingerprint, by },
})
const at = (uses: Readonly<Record<string, readonly Use[]>>) => ({
  atMs: 1,
  takenAt: '2026-11-24T02:00:00.000Z',
  machines: Object.entries(uses).map(([node, list]) => ({ node, uses: [...list] })),
})
const lost = at({ m1: [use('old')], m2: [use('old')], w1: [use('old', 'kubelet.conf')] })
const whole = at({ m1: [use('new')], m2: [use('new')], w1: [use('new', 'kubelet.conf')] })
const killed = { seq: 0, atMs: 1, type: 'recovery.killed', where: 'after start-etcd' }

function judged(atKill: unknown, settled: unknown = whole, events: readonly (typeof killed)[] = [killed]) {
  const evidence = {
    'certificate-authorities-baseline': lost,
    'certificate-authorities-killed': atKill,
    'certificate-authorities-settled': settled,
  }
  return certificateAuthoritiesKept.judge({ ...goodRun, events, evidence })
}

test('the CA that was in use at the kill is the one at the end', () => {
  expect(judged(at({ m1: [use('new')], m2: [], w1: [use('old', 'kubelet.conf')] }))).toMatchObject({
    verdict: 'pass',
    summary: "Killed after start-etcd: ca.crt were in use by then, and are the cluster's now.",
  })
})

test('nothing was in use yet', () => {
  const finding = judged(at({ m1: [], m2: [], w1: [use('old', 'kubelet.conf')] }))
  expect(finding).toMatchObject({
    verdict: 'pass',
    summary: expect.stringContaining('no machine used a new CA yet') as string,
  })
})

test.each([
  [
    'on a control plane',
    at({ m1: [use('new')] }),
    at({ m1: [use('newer')], m2: [use('newer')] }),
    /m1: pki\/ca.crt has another/,
  ],
  [
    'on one of two',
    at({ m1: [use('new')] }),
    at({ m1: [use('new')], m2: [use('newer')] }),
    /m2: pki\/ca.crt has another/,
  ],
  [
    'under a kubelet',
    at({ w1: [use('new', 'kubelet.conf')] }),
    at({ m1: [use('newer')] }),
    /another ca.crt than w1 used/,
  ],
  ['lost again', at({ m1: [use('new')] }), at({ m1: [] }), /no machine uses ca.crt/],
  ['two at once', at({ m1: [use('new')], m2: [use('newer')] }), whole, /different one on m1 and m2/],
  [
    'the key of the tokens',
    at({ m1: [use('a', 'pki/sa.pub', 'sa.pub')] }),
    at({ m1: [use('b', 'pki/sa.pub', 'sa.pub')] }),
    /another sa.pub/,
  ],
])('a replaced CA fails: %s', (_, atKill, settled, message) => {
  const { verdict, details } = judged(atKill, settled)
  expect([verdict, details.join('\n')]).toEqual(['fail', expect.stringMatching(message)])
})

test('a repair that was never killed as asked is unknown', () => {
  const never = { ...killed, type: 'recovery.not-killed' }
  expect(judged(at({}), whole, [never])).toMatchObject({
    verdict: 'unknown',
    summary: 'the repair was to be killed after start-etcd, and never was',
  })
  expect(judged(undefined, whole, [])).toMatchObject({ verdict: 'unknown' })
})

test('without evidence of the kill it is unknown', () => {
  expect(judged(undefined)).toMatchObject({
    verdict: 'unknown',
    summary: expect.stringContaining('certificate-authorities-killed') as string,
  })
})
