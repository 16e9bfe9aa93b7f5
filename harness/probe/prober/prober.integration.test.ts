import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { waitFor } from '../../../lib/engine/wait.ts'
import { auxiliaryLabel, removeAuxiliaryContainers } from '../../cluster/auxiliary-containers.ts'
import { noDowntime } from '../../checks/no-downtime/check.ts'
import { chosenImages } from '../../host/setup/chosen-images.ts'
import { goodRecord, withRecord } from '../../testing/run-fixture.ts'
import { ClusterError } from '../../model/errors.ts'
import { hostCommand } from '../../host/process/host-command.ts'
import { isCalibrationPath, targetFaults } from '../../model/calibration-plan.ts'
import { isNullPath } from '../../model/probe-path.ts'
import type { ProbeSeries } from '../../model/probe-series.ts'
import { calibrationOf } from '../analysis/calibration.ts'
import { summaryOf } from '../analysis/summary.ts'
import { streamPath } from '../../workload/answer-stream.ts'
import { ensureWorkloadImage } from '../../workload/workload-image.ts'
import { startProber, type StartedProber } from './prober.ts'
import { giveRealtime } from './realtime.ts'
import { readSeries } from './sample-file.ts'

const cluster = `drill-it-prober-${process.pid}`
const labels = { [auxiliaryLabel]: cluster }
let image: string
let target: string

async function docker(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await hostCommand(['docker', ...args], { timeoutMs: 30_000 })
  expect({ args, exitCode, stderr }).toMatchObject({ exitCode: 0 })
  return stdout.trim()
}
const besideTarget = () => ({ vantage: 'worker', machine: target }) as const
const labelled = () => docker('ps', '--all', '--quiet', '--filter', `label=${auxiliaryLabel}=${cluster}`)

beforeAll(async () => {
  image = await ensureWorkloadImage({ onProgress: () => undefined })
  target = await docker('run', '--detach', '--label', `${auxiliaryLabel}=${cluster}`, '--cpu-shares', '8192', image)
})
afterAll(() => removeAuxiliaryContainers(cluster))

async function probed(during: (prober: StartedProber) => Promise<void>): Promise<readonly ProbeSeries[]> {
  const outDir = await mkdtemp(join(tmpdir(), 'drill-prober-it-'))
  const address = await docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', target)
  const paths = (['new', 'reused', 'stream'] as const).map((connection) => ({
    id: connection,
    title: connection,
    target: `http://${address}:8080${connection === 'stream' ? streamPath : '/'}`,
    connection,
  }))
  const prober = await startProber({
    image,
    place: besideTarget(),
    paths,
    outDir,
    originNs: process.hrtime.bigint(),
    labels,
  })
  await during(prober)
  await prober.stop()
  const series = await readSeries(outDir)
  await rm(outDir, { recursive: true })
  expect(series.map(({ id }) => id)).toEqual(['new', 'reused', 'stream', 'null-sibling', 'null'])
  return series
}
const workloadOnly = (series: readonly ProbeSeries[]) => series.filter((one) => !isNullPath(one))

test('probes a healthy container from its network namespace, tells its counters, and is gone when stopped', async () => {
  const series = await probed(async (prober) => {
    await sleep(2500)
    expect((await prober.heartbeat())?.paths['new']?.ok).toBeGreaterThan(50)
    const shares = await docker('inspect', '--format', '{{.HostConfig.CpuShares}}', prober.container)
    expect(shares).toBe('8192')
  })
  for (const one of series) {
    const { failed, planned, ok, unmeasured } = summaryOf(one)
    expect({ id: one.id, failed, sum: ok + unmeasured }).toEqual({ id: one.id, failed: 0, sum: planned })
    expect(planned).toBeGreaterThan(2000 / one.intervalMs)
    expect(one.backends).toHaveLength(2)
  }
  expect((await labelled()).split('\n')).toHaveLength(1)
})

test('sees the target frozen for as long as it was, and itself working', async () => {
  let truthMs = 0
  const series = await probed(async () => {
    await sleep(500)
    const from = performance.now()
    await docker('pause', target)
    await sleep(600)
    await docker('unpause', target)
    truthMs = performance.now() - from
    await sleep(500)
  })
  for (const one of workloadOnly(series)) {
    const { longestGapMs, openAtEnd } = summaryOf(one)
    expect(longestGapMs).toBeGreaterThan(600)
    expect(longestGapMs).toBeLessThan(truthMs + 200)
    expect(openAtEnd).toBe(false)
  }
  expect(series.filter(({ id }) => id === 'null').map((one) => summaryOf(one).failed)).toEqual([0])
})

test('that is frozen itself is unmeasured, and claims no downtime', async () => {
  const series = await probed(async (prober) => {
    await sleep(500)
    await docker('pause', prober.container)
    await sleep(600)
    await docker('unpause', prober.container)
    await sleep(500)
  })
  for (const one of series) {
    const { unmeasured, outages, longestGapMs } = summaryOf(one)
    expect(outages).toEqual([])
    expect(unmeasured * one.intervalMs).toBeGreaterThanOrEqual(400)
    expect(longestGapMs).toBeLessThan(400)
  }
})

test('that is stopped for 300 ms by SIGSTOP gives unknown, never pass and never fail', async () => {
  const series = await probed(async (prober) => {
    await sleep(1500)
    await docker('kill', '--signal', 'STOP', prober.container)
    await sleep(300)
    await docker('kill', '--signal', 'CONT', prober.container)
    await sleep(1500)
  })
  const budgets = { ...goodRecord.budgets, detectableOneIn: 10 }
  const finding = noDowntime.judge(withRecord({ probes: series.map((one) => summaryOf(one)), budgets }))
  expect(finding).toMatchObject({
    verdict: 'unknown',
    summary: expect.stringMatching(/an outage of up to \d+ ms is possible, unmeasured time included/) as string,
  })
})

test('gets the real-time class beside a node whose image has chrt, where this host allows it, and says what it got', async () => {
  const { node } = await chosenImages()
  const label = ['--label', `${auxiliaryLabel}=${cluster}`]
  const beside = await docker('run', '--detach', ...label, '--entrypoint', 'sleep', node, '300')
  const outDir = await mkdtemp(join(tmpdir(), 'drill-prober-it-'))
  const options = {
    image,
    place: { vantage: 'worker', machine: beside } as const,
    paths: [],
    outDir,
    originNs: process.hrtime.bigint(),
    labels,
  }
  const prober = await startProber(options)
  const allowed = await giveRealtime(prober.processId, beside)
  expect(prober.scheduling).toBe(allowed ? 'SCHED_RR 10' : 'SCHED_OTHER nice 0')
  await prober.stop()
  await docker('rm', '--force', beside)
  await rm(outDir, { recursive: true })
})

test('enters the network namespace of a process; without any network there its targets fail, and it does not', async () => {
  const { node } = await chosenImages()
  const own = 'unshare --net sleep 300 & echo $! > /tmp/pid; wait'
  const label = ['--label', `${auxiliaryLabel}=${cluster}`]
  const machine = await docker('run', '--detach', '--privileged', ...label, '--entrypoint', 'sh', node, '-c', own)
  const read = () => docker('exec', machine, 'cat', '/tmp/pid')
  const processId = Number(await waitFor('its process', read, { timeoutMs: 10_000, intervalMs: 100 }))
  const outDir = await mkdtemp(join(tmpdir(), 'drill-prober-it-'))
  const address = await docker('inspect', '--format', '{{.NetworkSettings.IPAddress}}', target)
  const paths = [{ id: 'p', title: 'p', target: `http://${address}:8080/`, connection: 'new' }] as const
  const place = { vantage: 'pod', machine, processId } as const
  const prober = await startProber({ image, place, paths, outDir, originNs: process.hrtime.bigint(), labels })
  await sleep(1500)
  await prober.stop()
  await docker('rm', '--force', machine)
  const series = await readSeries(outDir)
  await rm(outDir, { recursive: true })
  expect(series.map((one) => [one.id, summaryOf(one).failed > 20])).toEqual([
    ['p', true],
    ['null-pod', false],
  ])
  expect(series.map((one) => summaryOf(one).outages.flatMap(({ errors }) => errors))).toEqual([['unreachable'], []])
})

test('is calibrated in its container, on a target that nobody but this namespace reaches', async () => {
  const outDir = await mkdtemp(join(tmpdir(), 'drill-prober-it-'))
  const calibration = { short: targetFaults.map((fault) => ({ fault, lengthMs: 100 })) }
  const options = { image, place: besideTarget(), paths: [], outDir, originNs: process.hrtime.bigint(), labels }
  const prober = await startProber({ ...options, calibration })
  const round = await prober.calibrate('short')
  await prober.stop()
  const series = await readSeries(outDir)
  expect(series.filter(isCalibrationPath).map((path) => new URL(path.target).hostname)).toEqual(
    Array(4).fill('127.0.0.1'),
  )
  const { pulses } = calibrationOf([round], series, ['short'])
  expect(pulses).toHaveLength(7 + 7 + 6 + 6)
  expect(pulses.filter(({ verdict }) => verdict === 'wrong')).toEqual([])
  expect(pulses.some(({ verdict }) => verdict === 'seen')).toBe(true)
  await rm(outDir, { recursive: true })
})

test('that was removed by its label owes the rest, and stopping it is no error', async () => {
  const series = await probed(async (prober) => {
    await sleep(300)
    await docker('rm', '--force', prober.container)
    await sleep(1000)
  })
  for (const one of series) {
    const { unmeasured, openAtEnd } = summaryOf(one)
    expect(unmeasured * one.intervalMs).toBeGreaterThanOrEqual(900)
    expect(openAtEnd).toBe(false)
  }
})

test('a prober that cannot work is refused and leaves nothing', async () => {
  const outDir = await mkdtemp(join(tmpdir(), 'drill-prober-it-'))
  const options = { image, outDir, originNs: process.hrtime.bigint(), labels }
  const paths = [{ id: 'x', title: 'x', target: 'http://by-name.test/', connection: 'new' }] as const
  await expect(startProber({ ...options, place: besideTarget(), paths })).rejects.toThrow(/no literal address/)
  await expect(
    startProber({ ...options, place: { vantage: 'worker', machine: 'drill-no-such' }, paths }),
  ).rejects.toThrow(ClusterError)
  expect((await labelled()).split('\n')).toHaveLength(1)
  await rm(outDir, { recursive: true })
})
