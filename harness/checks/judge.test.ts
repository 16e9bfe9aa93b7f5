import { describe, expect, test } from 'vitest'
import type { Check } from '../model/check.ts'
import type { Finding } from '../model/run-record.ts'
import { claimOf, judge } from './judge.ts'
import { goodRecord, goodRun, goodSummary } from '../testing/run-fixture.ts'

const checkOf = (id: string, body: () => Finding): Check => ({ id, title: id, judge: body })
const finding = (id: string, verdict: Finding['verdict']): Finding => ({
  id,
  title: id,
  verdict,
  summary: '',
  details: [],
})

describe('judge', () => {
  test('keeps the order of the checks, and a judge that throws is unknown', () => {
    const broken = checkOf('broken', () => {
      throw new Error('no such thing')
    })
    const findings = judge(goodRun, [broken, checkOf('whole', () => finding('whole', 'pass'))])
    expect(findings.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['broken', 'unknown'],
      ['whole', 'pass'],
    ])
    expect(findings[0]?.summary).toContain('no such thing')
  })
})

describe('claim', () => {
  test('one sentence with the figures', () => {
    expect(claimOf(goodRecord, [finding('a', 'pass'), finding('b', 'pass')])).toBe(
      'lost-pki: recovered in 31 s; no failed probe in 20 000 over 2 paths, longest gap 31 ms, no outage longer than 33 ms; all 2 checks pass',
    )
  })

  test('names what failed and what is not known', () => {
    const record = { ...goodRecord, probes: [{ ...goodSummary('pod'), ok: 9997, failed: 3, longestGapMs: 1234.4 }] }
    expect(claimOf(record, [finding('a', 'pass'), finding('b', 'fail'), finding('c', 'unknown')])).toBe(
      'lost-pki: recovered in 31 s; 3 of 10 000 probes failed over 1 path, longest gap 1 235 ms, no outage longer than 33 ms; failed: b; unknown: c',
    )
  })

  test('names only what there is: failed alone, unknown alone', () => {
    const claim = (...found: readonly Finding[]) => claimOf(goodRecord, found).split('; ').slice(2).join('; ')
    expect(claim(finding('a', 'pass'), finding('b', 'fail'))).toBe('failed: b')
    expect(claim(finding('c', 'unknown'))).toBe('unknown: c')
  })

  test('where nothing had to be replaced, the steps tell whether anything was repaired', () => {
    const span = (id: string, status: 'done' | 'skipped') => ({ id, title: id, fromMs: 0, toMs: 1, status })
    const ran = (...steps: ReturnType<typeof span>[]) => claimOf({ ...goodRecord, replaces: [], steps }, [])
    const idle = 'changed as an operator does, and nothing to repair'
    expect(ran(span('preflight', 'done'), span('start-etcd', 'skipped'))).toContain(idle)
    expect(ran(span('preflight', 'done'), span('start-etcd', 'done'))).not.toContain(idle)
    expect(claimOf({ ...goodRecord, steps: [span('preflight', 'done')] }, [])).not.toContain(idle)
  })

  test('a refusal is as expected only by the check for it', () => {
    const refused = { ...goodRecord, expects: { refused: 'etcd-data-missing' } }
    expect(claimOf(refused, [finding('another', 'pass'), finding('refused-changes-nothing', 'fail')])).toContain(
      'had to refuse',
    )
  })

  test('says that nothing was destroyed, not recovered, not probed, not checked', () => {
    const { milestones } = goodRecord
    expect(claimOf({ ...goodRecord, injectedAtMs: null, probes: [] }, [])).toBe(
      'lost-pki: nothing destroyed; nothing was probed; nothing was checked',
    )
    const refused = { ...goodRecord, expects: { refused: 'etcd-data-missing' } }
    const judged = (verdict: Finding['verdict']) => claimOf(refused, [finding('refused-changes-nothing', verdict)])
    expect(judged('pass')).toContain('destroyed, and the repair refused as expected (etcd-data-missing)')
    for (const claim of [judged('fail'), judged('unknown'), claimOf(refused, [])])
      expect(claim).toContain('destroyed, and the repair had to refuse (etcd-data-missing)')
    expect(claimOf({ ...goodRecord, milestones: milestones.filter(({ id }) => id !== 'recovered') }, [])).toContain(
      'destroyed and not recovered',
    )
  })
})
