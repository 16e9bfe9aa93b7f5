import { describe, expect, test } from 'vitest'
import { expectNotReady } from '../../model/expected-not-ready.ts'
import { recovered } from './check.ts'
import { wallAt } from '../../testing/good-moments.ts'
import {
  emptyRun,
  goodEvents,
  goodRecord,
  goodRun,
  reached,
  withEvidence,
  withRecord,
} from '../../testing/run-fixture.ts'

test('says how long it took and what answers', () => {
  expect(recovered.judge(goodRun).summary).toBe(
    'recovered 31 s after the repair began: 1 API server answering, 3 leases renewed, 3 nodes Ready',
  )
})

const nothingRecovered = reached({ recovered: null })

describe('fails', () => {
  test('over the budget, with the figure', () => {
    const run = withRecord(reached({ recovered: 66_100 }))
    expect(recovered.judge(run)).toMatchObject({ verdict: 'fail', summary: 'recovered after 40 s, allowed are 40 s' })
  })

  test('on a slower host only beyond the budget scaled for it, and with the reason', () => {
    const late = reached({ 'nodes-ready': 26_000 + 60_000 })
    const hostSpeed = { ...goodRecord.hostSpeed, othersShare: 0.5 }
    expect(recovered.judge(withRecord({ ...late, hostSpeed })).verdict).toBe('pass')
    expect(recovered.judge(withRecord({ ...late, hostSpeed: { ...hostSpeed, othersShare: 0.2 } }))).toMatchObject({
      verdict: 'fail',
      summary:
        'nodes-ready after 60 s, allowed are 56 s on this host (cores 1.00 times slower than the reference, 20.00 % of the processor time taken by others)',
    })
    const slow = { ...hostSpeed, othersShare: 0.8 }
    const threefold = reached({ 'nodes-ready': 26_000 + 134_000 })
    expect(recovered.judge(withRecord({ ...threefold, hostSpeed: slow })).verdict).toBe('pass')
    const beyond = reached({ 'nodes-ready': 26_000 + 136_000 })
    expect(recovered.judge(withRecord({ ...beyond, hostSpeed: slow })).verdict).toBe('unknown')
  })

  test('with more processor time than the repair may use', () => {
    expect(recovered.judge(withRecord({ cpuSeconds: 81 })).verdict).toBe('fail')
    expect(recovered.judge(withRecord({ cpuSeconds: null })).verdict).toBe('unknown')
  })

  test('with Nodes and tokens late, each with its figure', () => {
    const late = reached({ 'nodes-ready': 26_000 + 46_000, 'tokens-reissued': 26_000 + 47_000 })
    const { verdict, details } = recovered.judge(withRecord(late))
    expect(verdict).toBe('fail')
    expect(details.slice(0, 2)).toEqual([
      'nodes-ready after 46 s, allowed are 45 s',
      'tokens-reissued after 47 s, allowed are 45 s',
    ])
  })

  test('an API server that does not answer', () => {
    const run = withEvidence('api-servers-settled', (good) => ({
      ...good,
      servers: good.servers.map((server) => ({ ...server, status: null, error: 'ECONNREFUSED' })),
    }))
    expect(recovered.judge(run)).toMatchObject({
      verdict: 'fail',
      summary: 'settled: the API of control-plane does not answer (ECONNREFUSED)',
    })
  })

  test.each([
    ['nodes-recovered', 95_999, 'recovered: the lease of worker was not renewed since the repair began'],
    ['nodes-settled', 126_999, 'settled: the lease of worker was not renewed since the repair ended'],
  ] as const)('a lease in %s that was last renewed at %i', (name, renewedAtMs, summary) => {
    const run = withEvidence(name, (good) => ({
      ...good,
      nodes: good.nodes.map((node) =>
        node.name === 'worker' ? { ...node, leaseRenewedAt: wallAt(renewedAtMs) } : node,
      ),
    }))
    expect(recovered.judge(run)).toMatchObject({ verdict: 'fail', summary })
  })

  test('but not for a node that is not Ready on purpose, and has renewed its lease', () => {
    const run = withEvidence('nodes-settled', (good) => ({
      ...good,
      nodes: good.nodes.map((node) => (node.name === 'worker' ? { ...node, ready: 'False' } : node)),
    }))
    const events = [...run.events, { seq: 9999, atMs: 1, ...expectNotReady(['worker']) }]
    expect(recovered.judge(run).verdict).toBe('fail')
    expect(recovered.judge({ ...run, events })).toMatchObject({
      verdict: 'pass',
      summary: expect.stringContaining('3 leases renewed, 2 nodes Ready') as string,
    })
  })

  test('a node that is not Ready in the end', () => {
    const run = withEvidence('nodes-settled', (good) => ({
      ...good,
      nodes: good.nodes.map((node) => ({ ...node, ready: 'False', reason: 'KubeletNotReady' })),
    }))
    expect(recovered.judge(run)).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining('is not Ready (KubeletNotReady) (and 2 more)') as string,
    })
  })

  test('nothing repaired it', () => {
    const run = withEvidence('api-servers-settled', (good) => ({
      ...good,
      servers: good.servers.map((server) => ({ ...server, status: null, error: 'ECONNREFUSED' })),
    }))
    const record = { ...goodRecord, ...reached({ recovered: null, 'recovery-started': null }) }
    expect(recovered.judge({ ...run, record })).toMatchObject({
      verdict: 'fail',
      summary: 'not recovered: nothing repaired the cluster',
      details: ['not recovered: nothing repaired the cluster', '0 of 1 API server answering in the end'],
    })
  })

  test('a repair that failed says why, though nothing could be collected after it', () => {
    const failure = {
      seq: 2,
      atMs: 96_000,
      type: 'recovery.failed',
      chain: ['recovery step "etcd" failed', 'etcd has no data'],
    }
    const run = {
      ...emptyRun,
      record: { ...goodRecord, ...nothingRecovered },
      events: [...goodEvents, failure],
    }
    expect(recovered.judge(run)).toMatchObject({
      verdict: 'fail',
      summary: 'not recovered: the repair failed: recovery step "etcd" failed <- etcd has no data',
    })
  })
})

describe('is unknown', () => {
  test('nothing was destroyed', () => {
    expect(recovered.judge(withRecord({ injectedAtMs: null })).verdict).toBe('unknown')
  })

  test('the run was interrupted', () => {
    const error = { phase: 'recover', message: 'interrupted', chain: [] }
    expect(recovered.judge(withRecord({ ...nothingRecovered, error }))).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining('interrupted') as string,
    })
  })

  test('the fault was never proved', () => {
    expect(recovered.judge({ ...withRecord(nothingRecovered), events: [] }).verdict).toBe('unknown')
  })

  test('a node that is not in the evidence', () => {
    const run = withEvidence('nodes-settled', (good) => ({ ...good, nodes: good.nodes.slice(1) }))
    expect(recovered.judge(run)).toMatchObject({ verdict: 'unknown', summary: 'settled: 2 of 3 nodes seen' })
  })
})
