import { expect, test } from 'vitest'
import { fakeRun, fakeRunKinds, type FakeRunKind } from '../harness/testing/fake-run.ts'
import { openMetricsReporter } from './openmetrics.ts'
import { openMetricsProblems } from './testing/openmetrics-problems.ts'

const textOf = (kind: FakeRunKind) => openMetricsReporter.render(fakeRun(kind, { samples: 3000 }))[0]?.content ?? ''
const own = 'scenario="lost-pki",control_planes="1",workers="2"'

test.each(fakeRunKinds)('%s: valid OpenMetrics', (kind) => {
  expect(openMetricsProblems(textOf(kind))).toEqual([])
})

test('verdict, milestones, paths, processor time and the speed of the host', () => {
  const text = textOf('outage')
  for (const line of [
    `drill_verdict{${own},drill_verdict="fail"} 1`,
    `drill_verdict{${own},drill_verdict="pass"} 0`,
    `drill_check{${own},check="no-downtime",drill_check="fail"} 1`,
    `drill_milestone_seconds{${own},milestone="recovered"} 39.7445`,
    `drill_milestone_budget_seconds{${own},milestone="recovered"} 40`,
    `drill_path_planned_samples{${own},path="pod"} 3000`,
    `drill_path_failed_samples{${own},path="cluster-ip-new"} 92`,
    `drill_path_unmeasured_samples{${own},path="pod"} 0`,
    `drill_repair_cpu_seconds{${own}} 52.4`,
    `drill_host_slowdown_ratio{${own},of="host"} 1`,
  ])
    expect(text.split('\n')).toContain(line)
  expect(text).toMatch(/^drill_run_info\{.*run="20261124T021500Z-lost-pki-m1".*version_kubernetes="v1.36.4".*\} 1$/m)
  for (const name of ['path_longest_gap', 'path_outage_bound'])
    expect(text).toMatch(new RegExp(`^drill_${name}_seconds\\{.*path="cluster-ip-new"\\} 1\\.2\\d+$`, 'm'))
})

test('what was not measured has no sample, and a run without a verdict is unknown', () => {
  const text = textOf('aborted')
  expect(text).not.toMatch(/path_|milestone_seconds/)
  expect(text).toContain('drill_verdict="unknown"} 1')
})

test('what breaks the format is found', () => {
  const text = '# TYPE a_seconds gauge\n# UNIT a_seconds ratio\na_seconds{x="1" } 1\na_seconds 2\na_seconds 2\nb 1\n'
  expect(openMetricsProblems(text)).toEqual([
    'it does not end with # EOF and a line end',
    'a_seconds does not end in its unit ratio',
    'labels are not well-formed: a_seconds{x="1" } 1',
    'the sample stands there twice: a_seconds []',
  ])
})
