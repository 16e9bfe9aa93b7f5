import { describe, expect, test } from 'vitest'
import type { ControlPlanes } from '../../observe/control-planes.ts'
import { controlPlanesAgree } from './check.ts'
import { goodRecord, goodRun, withEvidence } from '../../testing/run-fixture.ts'

type Plane = ControlPlanes['planes'][number]

test('says what is one, on one control plane', () => {
  expect(controlPlanesAgree.judge(goodRun)).toMatchObject({
    verdict: 'pass',
    summary: '1 control plane with the same CAs and key, etcd is cluster 7193548503904309421 with 1 member as before',
  })
})

const plane = (node: string, change: Partial<Plane> = {}): Plane => ({
  node,
  files: { 'ca.crt': 'CA:NEW', 'front-proxy-ca.crt': 'FRONT:NEW', 'etcd/ca.crt': 'ETCD:NEW', 'sa.pub': 'SA:NEW' },
  etcd: { clusterId: '71', memberId: `member-${node}`, members: 3 },
  serving: `serving-${node}`,
  ...change,
})
const names = ['one', 'two', 'three']
const three = (change: Partial<Plane> = {}, more: Partial<ControlPlanes> = {}) => {
  const moment = { atMs: 1, takenAt: '2026-11-24T02:03:40.000Z' }
  const lost = { 'ca.crt': 'CA:OLD', 'front-proxy-ca.crt': 'FRONT:OLD', 'etcd/ca.crt': 'ETCD:OLD', 'sa.pub': 'SA:OLD' }
  const served = names.map((name) => `serving-${name}`)
  const before = { ...moment, planes: names.map((name) => plane(name, { files: lost })), balancer: null }
  const after = {
    ...moment,
    planes: names.map((name) => plane(name, name === 'two' ? change : {})),
    balancer: { connections: 30, failed: 0, served },
    ...more,
  }
  const evidence = { ...goodRun.evidence, 'control-planes-baseline': before, 'control-planes-settled': after }
  return { ...goodRun, record: { ...goodRecord, topology: { controlPlanes: 3, workers: 2 } }, evidence }
}

test('says what is one, on three', () => {
  expect(controlPlanesAgree.judge(three()).summary).toBe(
    '3 control planes with the same CAs and key, etcd is cluster 71 with 3 members as before, 3 API servers met in 30 connections through the balancer',
  )
})

describe('fails', () => {
  const files = plane('two').files
  test.each<[string, Partial<Plane>, string]>([
    ['two CAs', { files: { ...files, 'ca.crt': 'CA:OTHER' } }, 'ca.crt differs between one and two and three'],
    ['two keys', { files: { ...files, 'sa.pub': 'SA:OTHER' } }, 'sa.pub differs between'],
    [
      'no front-proxy CA',
      { files: { ...files, 'front-proxy-ca.crt': null } },
      'two: front-proxy-ca.crt is missing or damaged',
    ],
    ['a CA that was lost', { files: { ...files, 'etcd/ca.crt': 'ETCD:OLD' } }, 'etcd/ca.crt differs'],
    [
      'another etcd cluster',
      { etcd: { clusterId: '99', memberId: 'member-two', members: 3 } },
      'etcd is cluster 99, not 71',
    ],
    ['a member created again', { etcd: { clusterId: '71', memberId: 'x', members: 3 } }, 'member x, not member-two'],
    ['a lost member', { etcd: { clusterId: '71', memberId: 'member-two', members: 2 } }, '2 members, not 3'],
    ['a silent member', { etcd: null }, 'two: etcd does not answer'],
    ['an API server that is not met', { serving: 'serving-other' }, 'two: not met in 30 connections'],
    ['an API server that shows nothing', { serving: null }, 'two: its API server shows no certificate'],
  ])('%s', (_, change, words) => {
    expect(controlPlanesAgree.judge(three(change))).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining(words) as string,
    })
  })

  test('connections through the balancer that fail', () => {
    const run = three({}, { balancer: { connections: 30, failed: 10, served: names.map((name) => `serving-${name}`) } })
    expect(controlPlanesAgree.judge(run).summary).toBe('10 of 30 connections through the balancer failed')
  })

  test('the CA of before', () => {
    const { planes } = goodRun.evidence['control-planes-baseline'] as ControlPlanes
    const run = withEvidence('control-planes-settled', (good) => ({ ...good, planes }))
    expect(controlPlanesAgree.judge(run)).toMatchObject({
      verdict: 'fail',
      summary: 'control-plane: ca.crt is still the lost one (and 3 more)',
    })
  })
})

describe('where it was not lost', () => {
  const kept = (replaces: typeof goodRecord.replaces) => ({ ...goodRecord, replaces })
  const { planes } = goodRun.evidence['control-planes-baseline'] as ControlPlanes
  const same = withEvidence('control-planes-settled', (good) => ({ ...good, planes }))

  test('the CA of before is right', () => {
    expect(controlPlanesAgree.judge({ ...same, record: kept(['worker-kubelets']) }).verdict).toBe('pass')
  })

  test('a new CA is harm, for each that was kept', () => {
    const { verdict, details } = controlPlanesAgree.judge({ ...goodRun, record: kept(['sa-key', 'etcd-ca']) })
    expect(verdict).toBe('fail')
    expect(details.filter((line) => line.includes('was replaced'))).toEqual([
      'control-plane: ca.crt was replaced, though it was not lost',
      'control-plane: front-proxy-ca.crt was replaced, though it was not lost',
    ])
  })
})

describe('is unknown', () => {
  test.each([
    ['a control plane was not seen', three({}, { planes: names.slice(1).map((name) => plane(name)) })],
    ['nobody asked the balancer', three({}, { balancer: null })],
    [
      'etcd did not answer before',
      withEvidence('control-planes-baseline', (good) => ({
        ...good,
        planes: good.planes.map((one) => ({ ...one, etcd: null })),
      })),
    ],
  ])('%s', (_, run) => {
    expect(controlPlanesAgree.judge(run).verdict).toBe('unknown')
  })
})
