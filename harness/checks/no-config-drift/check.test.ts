import { describe, expect, test } from 'vitest'
import type { Configuration } from './collect.ts'
import { noConfigDrift } from './check.ts'
import { goodRun, withEvidence } from '../../testing/run-fixture.ts'

type Files = Configuration['machines'][number]['files']
const manifest = '/etc/kubernetes/manifests/etcd.yaml'

/** The good run in which the first machine's files are changed. */
const changed = (name: 'configuration-baseline' | 'configuration-settled', files: Files) =>
  withEvidence(name, ({ machines, ...good }) => ({
    ...good,
    machines: machines.map((machine, index) =>
      index === 0 ? { ...machine, files: { ...machine.files, ...files } } : machine,
    ),
  }))

test('counts what was compared', () => {
  expect(noConfigDrift.judge(goodRun).summary).toBe(
    '20 fields of manifests, certificates, kubeconfigs and kubelets on 3 machines as before',
  )
})

describe('fails, by machine, file and field', () => {
  test.each<[string, Files, string]>([
    ['another value', { [manifest]: { field: 'other' } }, `${manifest}: field was "as it was", is "other"`],
    ['a field that is gone', { [manifest]: {} }, `${manifest}: field was "as it was", is not there`],
    ['a field more', { [manifest]: { field: 'as it was', more: 'x' } }, `${manifest}: more was not there, is "x"`],
    ['a file that is damaged', { [manifest]: null }, `${manifest} is not readable any more`],
    ['a file more', { '/etc/kubernetes/super-admin.conf': {} }, '/etc/kubernetes/super-admin.conf is new'],
  ])('%s', (_, files, words) => {
    expect(noConfigDrift.judge(changed('configuration-settled', files))).toMatchObject({
      verdict: 'fail',
      summary: `control-plane: ${words}`,
    })
  })

  test('a file that is gone', () => {
    const run = changed('configuration-baseline', { '/etc/kubernetes/super-admin.conf': {} })
    expect(noConfigDrift.judge(run).summary).toBe('control-plane: /etc/kubernetes/super-admin.conf is gone')
  })

  test('a machine that is gone', () => {
    const run = withEvidence('configuration-settled', (good) => ({ ...good, machines: good.machines.slice(1) }))
    expect(noConfigDrift.judge(run)).toMatchObject({ verdict: 'fail', summary: 'control-plane: not seen afterwards' })
  })
})

describe('is unknown', () => {
  test('when a file was not readable before', () => {
    const run = changed('configuration-baseline', { [manifest]: null })
    expect(
      noConfigDrift.judge({
        ...run,
        evidence: { ...run.evidence, 'configuration-settled': run.evidence['configuration-baseline'] },
      }),
    ).toMatchObject({
      verdict: 'unknown',
      summary: `control-plane: ${manifest} was not readable before`,
    })
  })

  test('when not all machines were seen before', () => {
    const run = withEvidence('configuration-baseline', (good) => ({ ...good, machines: good.machines.slice(1) }))
    expect(noConfigDrift.judge(run).verdict).toBe('unknown')
  })
})
