import { validate } from 'ctrf'
import { expect, test } from 'vitest'
import { fakeRun, fakeRunKinds, type FakeRunKind } from '../harness/testing/fake-run.ts'
import { ctrfReporter } from './ctrf.ts'

interface Document {
  readonly results: {
    readonly summary: Readonly<Record<string, number>>
    readonly tests: readonly Readonly<Record<string, unknown>>[]
    readonly extra: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
}
const documentOf = (kind: FakeRunKind) =>
  JSON.parse(ctrfReporter.render(fakeRun(kind, { samples: 3000 }))[0]?.content ?? '') as Document

test.each(fakeRunKinds)('%s: valid by the published schema', (kind) => {
  expect(validate(documentOf(kind))).toEqual({ valid: true, errors: [] })
})

test('a document that is not by the schema is found', () => {
  const document = documentOf('pass')
  expect(validate({ ...document, results: { ...document.results, tests: [{ name: 'x' }] } }).valid).toBe(false)
})

test('one test per check, and the figures beside them', () => {
  const { results } = documentOf('outage')
  expect(results.summary).toMatchObject({ tests: 9, passed: 8, failed: 1, suites: 1, duration: 167_200 })
  expect(results.tests.find(({ name }) => name === 'no-downtime')).toMatchObject({
    ...{ testId: 'drill.lost-pki.no-downtime', status: 'failed', rawStatus: 'fail', suite: ['drill lost-pki'] },
    message: expect.stringContaining('92 probes failed') as string,
  })
  expect(results.extra['drill lost-pki']).toMatchObject({
    'milestone.recovered.ms': '39744.5',
    'probe.pod.failed': '0',
  })
})

test('unknown is not passed, and says so', () => {
  const { results } = documentOf('unknown')
  expect(results.tests.find(({ name }) => name === 'no-downtime')).toMatchObject({
    ...{ status: 'failed', rawStatus: 'unknown' },
  })
  expect(documentOf('aborted').results.tests).toMatchObject([{ name: 'run-completed', status: 'failed' }])
})
