import junit, { type Builder } from 'junit-report-builder'
import { hostFactor } from '../harness/model/host-speed.ts'
import type { Finding, RunRecord } from '../harness/model/run-record.ts'
import type { Reporter } from './reporter.ts'
import { runClaim } from './model/record.ts'

/**
 * `junit.xml`: one case per check, named by its id. pass → passed, fail → `<failure>`, unknown → `<error>`, because CI must not show
 * an unknown result green. A run that ended early, or that no check judged, has a case `run-completed` with an error, so that an
 * empty suite is no success.
 */
export const junitReporter: Reporter = {
  id: 'junit',
  render: ({ record }) => [{ path: 'junit.xml', content: junitXml(record) }],
}

/** The package's types have the default export one level deeper than Node finds it. */
const builders = junit as unknown as Builder

type Case = Pick<Finding, 'id' | 'title' | 'verdict' | 'summary' | 'details'>

function junitXml(record: RunRecord): string {
  const builder = builders.newBuilder().name('drill')
  const suite = builder
    .testSuite()
    .name(xmlText(`drill ${record.scenario.id}`))
    .timestamp(new Date(record.startedAt))
  if (record.durationMs !== null) suite.time(record.durationMs / 1000)
  for (const [name, value] of propertiesOf(record)) suite.property(xmlText(name), xmlText(value))
  for (const { id, title, verdict, summary, details } of casesOf(record)) {
    const testCase = suite
      .testCase()
      .className(xmlText(`drill.${record.scenario.id}`))
      .name(xmlText(id))
    const body = xmlText([title, summary, ...details].join('\n'))
    if (verdict === 'pass') testCase.standardOutput(body)
    else if (verdict === 'fail') testCase.failure(xmlText(summary), 'fail').stacktrace(body)
    else testCase.error(xmlText(summary), 'unknown', body)
  }
  return builder.build()
}

function casesOf(record: RunRecord): readonly Case[] {
  if (record.error === null && record.findings.length > 0) return record.findings
  const summary =
    record.error === null
      ? runClaim(record)
      : `the run ended early in phase ${record.error.phase}: ${record.error.message}`
  const completed: Case = {
    id: 'run-completed',
    title: 'Run completed',
    verdict: 'unknown',
    summary,
    details: record.error?.chain ?? [],
  }
  return [completed, ...record.findings]
}

function propertiesOf(record: RunRecord): readonly (readonly [name: string, value: string])[] {
  const milestones = record.milestones.map(({ id, atMs }) => [`milestone.${id}.ms`, String(atMs)] as const)
  const { cpuSeconds, hostSpeed, proberScheduling, prober, calibration } = record
  const host = [
    ...(cpuSeconds === null ? [] : [['repair.cpuSeconds', cpuSeconds.toFixed(1)] as const]),
    ['host.factor', hostFactor(hostSpeed).toFixed(2)] as const,
    ...(proberScheduling === null ? [] : [['prober.scheduling', proberScheduling] as const]),
    ...(prober
      ? ([
          ['prober.cpuShare', prober.cpuShare.toFixed(3)],
          ['prober.stalled.ms', String(prober.stalledMs)],
        ] as const)
      : []),
    ...(calibration?.calibratedMs == null ? [] : [['prober.calibrated.ms', String(calibration.calibratedMs)] as const]),
  ]
  const probes = record.probes.flatMap((probe) => {
    const { id, failed, unmeasured, longestGapMs, outageBoundMs, detectableOneIn, detectionFloorMs } = probe
    return [
      [`probe.${id}.failed`, String(failed)] as const,
      [`probe.${id}.unmeasured`, String(unmeasured)] as const,
      ...(longestGapMs === null ? [] : [[`probe.${id}.longestGap.ms`, String(longestGapMs)] as const]),
      [`probe.${id}.outageBound.ms`, String(outageBoundMs)] as const,
      ...(detectionFloorMs == null ? [] : [[`probe.${id}.detectionFloor.ms`, String(detectionFloorMs)] as const]),
      [`probe.${id}.detectableOneIn`, String(detectableOneIn)] as const,
    ]
  })
  return [
    ['run', record.id],
    ['verdict', record.verdict ?? 'unknown'],
    ['claim', runClaim(record)],
    ...milestones,
    ...host,
    ...probes,
  ]
}

/** XML 1.0 has no way to write other control characters, lone surrogates or U+FFFE and U+FFFF. */
const xmlText = (text: string) =>
  text.toWellFormed().replaceAll(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
