import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { waitFor } from '../../../lib/engine/wait.ts'
import { noDowntime } from '../../checks/no-downtime/check.ts'
import { outcomes, type ProbeSeries } from '../../model/probe-series.ts'
import type { Finding } from '../../model/run-record.ts'
import { goodRecord, withRecord } from '../../testing/run-fixture.ts'
import { summaryOf } from '../analysis/summary.ts'
import { runClock } from './run-clock.ts'
import { stoppedFile } from './sample-file.ts'
import { tooLateMs } from './stalls.ts'
import { pathTo, planFor, seriesIn, tallyOf } from './testing/probing.ts'
import { startTarget } from './testing/target.ts'

const main = fileURLToPath(new URL('prober-main.ts', import.meta.url))

async function started(outDir: string, plan: unknown, busy: () => boolean): Promise<ChildProcess> {
  const file = join(outDir, 'plan.json')
  await writeFile(file, JSON.stringify(plan))
  const child = spawn(process.execPath, [main, file], { stdio: 'inherit' })
  await waitFor('the prober to probe', async () => busy(), { timeoutMs: 20_000, intervalMs: 10 })
  return child
}

const theOne = (all: ReadonlyMap<string, ProbeSeries>): ProbeSeries => all.get('p') as ProbeSeries

/** What a run of these samples is judged to be. */
const judged = (all: ReadonlyMap<string, ProbeSeries>): Finding =>
  noDowntime.judge(
    withRecord({
      probes: [...all.values()].map((series) => summaryOf(series)),
      budgets: { ...goodRecord.budgets, detectableOneIn: 1 },
    }),
  )

// Each starts two processes, which a busy host does not do within the default 5 s.
describe.concurrent('a prober in its own process', { timeout: 40_000 }, () => {
  test('that is stopped by a signal for a while is unmeasured for as long, and claims no downtime', async () => {
    await using target = await startTarget()
    const plan = await planFor([pathTo('p', target.url)])
    const child = await started(plan.outDir, plan, () => target.connections.length > 5)
    child.kill('SIGSTOP')
    await sleep(300)
    child.kill('SIGCONT')
    await sleep(100)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    const all = await seriesIn(plan.outDir)
    const series = theOne(all)
    const { failed, unmeasured, longestGapMs, outages } = summaryOf(series)
    expect({ failed, outages }).toEqual({ failed: 0, outages: [] })
    expect(all.get('null-sibling')?.backends.at(-1)).toMatch(/^prober-sibling /)
    expect(unmeasured).toBeGreaterThanOrEqual(8)
    expect(longestGapMs).toBeLessThan(300)
    expect(Math.max(...series.lagMs.filter((_, row) => series.outcome[row] === outcomes.ok))).toBeLessThanOrEqual(
      tooLateMs,
    )
    expect(tallyOf(series)['not-sent']).toBeGreaterThanOrEqual(8)
    expect(judged(all).verdict).toBe('unknown')
  })

  test('that gets the processor for 20 ms of every 300 is unmeasured, and the run unknown', async () => {
    await using target = await startTarget()
    const plan = await planFor([pathTo('p', target.url)])
    const child = await started(plan.outDir, plan, () => target.connections.length > 5)
    for (let time = 0; time < 4; time++) {
      child.kill('SIGSTOP')
      await sleep(280)
      child.kill('SIGCONT')
      await sleep(20)
    }
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
    const all = await seriesIn(plan.outDir)
    const { failed, unmeasured, planned } = summaryOf(theOne(all))
    expect(failed).toBe(0)
    expect(unmeasured / planned).toBeGreaterThan(0.3)
    expect(judged(all).verdict).toBe('unknown')
  })

  test('that is killed owes samples up to the end that was wanted', async () => {
    await using target = await startTarget()
    const plan = await planFor([pathTo('p', target.url)])
    const child = await started(plan.outDir, plan, () => target.connections.length > 5)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const endMs = runClock(BigInt(plan.originNs))() + 1000
    await writeFile(join(plan.outDir, stoppedFile('prober')), JSON.stringify({ endMs }))
    const all = await seriesIn(plan.outDir)
    const { planned, failed, unmeasured, openAtEnd } = summaryOf(theOne(all))
    expect(planned).toBeGreaterThanOrEqual(100)
    expect(unmeasured).toBeGreaterThanOrEqual(100)
    expect({ failed, openAtEnd }).toEqual({ failed: 0, openAtEnd: false })
    expect(judged(all).verdict).toBe('unknown')
  })

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'beside another, and gets %s: what it was to sample is unmeasured, what the other samples is not, and the run is unknown',
    async (signal) => {
      await using target = await startTarget()
      await using inside = await startTarget()
      const plan = await planFor([pathTo('p', target.url)])
      const second = { ...plan, name: 'prober-pod', vantage: 'pod', paths: [pathTo('in-pod', inside.url)] } as const
      const child = await started(plan.outDir, plan, () => target.connections.length > 5)
      const wrote = (id: string) => {
        const file = join(plan.outDir, `${id}.samples`)
        return existsSync(file) && statSync(file).size > 0
      }
      const other = await started(plan.outDir, second, () => wrote('in-pod') && wrote('null-pod'))
      other.kill(signal)
      await sleep(600)
      child.kill('SIGTERM')
      await once(child, 'exit')
      other.kill('SIGKILL')
      const endMs = runClock(BigInt(plan.originNs))()
      await writeFile(join(plan.outDir, stoppedFile('prober-pod')), JSON.stringify({ endMs }))
      const all = await seriesIn(plan.outDir)
      expect([...all.keys()]).toEqual(['p', 'null-sibling', 'null', 'in-pod', 'null-pod'])
      // Each has a name of its own, or one would pass for a restart of the other.
      expect(['null', 'null-pod'].map((id) => all.get(id)?.backends.at(-1)?.split(' ')[0])).toEqual([
        ...['prober', 'prober-pod'],
      ])
      const own = (...ids: readonly string[]) => new Map([...all].filter(([id]) => ids.includes(id)))
      const { details } = judged(own('in-pod', 'null-pod'))
      for (const id of ['in-pod', 'null-pod'])
        expect(details.some((line) => line.startsWith(`${id}: an outage of up to `))).toBe(true)
      expect(summaryOf(all.get('in-pod') as ProbeSeries)).toMatchObject({ failed: 0, openAtEnd: false })
      expect(judged(all).verdict).toBe('unknown')
      expect(summaryOf(theOne(all)).outageBoundMs).toBeLessThan(
        summaryOf(all.get('in-pod') as ProbeSeries).outageBoundMs,
      )
    },
  )
})
