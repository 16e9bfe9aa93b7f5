import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { answerServer } from '../../workload/answer-server.ts'
import { writeHeartbeat } from './heartbeat.ts'
import { type PathProbe, pathProbe } from './path-probe.ts'
import { probeLoop } from './probe-loop.ts'
import { nullPath, type ProbePath, type ProbePlan, targetOf } from './probe-plan.ts'
import { runClock } from './run-clock.ts'
import { errorClasses, sampleFormat } from './sample-format.ts'
import { type SampleWriter, sampleWriter } from './sample-writer.ts'
import { stalls as stallMemory } from './stalls.ts'

/** Time to open files before the first sample. */
const leadMs = 50
const flushMs = 1000

/**
 * Probes all paths of the plan, and the null path, until the signal or the plan's end. Resolves when every sample is judged and
 * every file complete.
 */
export async function runProber(plan: ProbePlan, signal: AbortSignal): Promise<void> {
  const clock = runClock(BigInt(plan.originNs))
  const stalls = stallMemory()
  const self = await selfServer()
  const paths: readonly ProbePath[] = [...plan.paths, { ...nullPath, target: `http://127.0.0.1:${self.port}/` }]
  const firstMs = clock() + leadMs
  const opened = paths.map((path, order) =>
    openPath(plan, path, { order, startMs: firstMs + (order * plan.intervalMs) / paths.length }),
  )

  function openPath(
    { name, outDir, intervalMs, deadlineMs }: ProbePlan,
    path: ProbePath,
    { order, startMs }: { order: number; startMs: number },
  ) {
    const anchor = { runMs: clock(), wall: new Date().toISOString() }
    const { id, title, target, connection } = path
    const meta = {
      format: sampleFormat,
      prober: name,
      order,
      id,
      title,
      target,
      connection,
      intervalMs,
      deadlineMs,
      startMs,
      errors: errorClasses,
      anchor,
    }
    const writer = sampleWriter(outDir, meta)
    const probe = pathProbe({
      target: targetOf(target),
      connection,
      intervalMs,
      deadlineMs,
      startMs,
      clock,
      stalls,
      writer,
    })
    return { id, writer, probe }
  }

  const heartbeatFile = join(plan.outDir, `${plan.name}.heartbeat.jsonl`)
  let beats = 0
  const beat = (ended: boolean): Promise<void> =>
    writeHeartbeat(heartbeatFile, {
      seq: beats++,
      atMs: clock(),
      wall: new Date().toISOString(),
      ended,
      lagMaxMs: Math.max(...opened.map(({ probe }) => probe.takeLagMaxMs())),
      stalls: stalls.count,
      stalledMs: stalls.totalMs,
      paths: Object.fromEntries(opened.map(({ id, probe }) => [id, probe.counters()])),
    })
  const flushing = setInterval(() => {
    void flushAll(opened)
    void beat(false)
  }, flushMs)

  await flushAll(opened)
  const loop = probeLoop(
    opened.map(({ probe }) => probe),
    clock,
    stalls,
  )
  const ending = await endOf(signal, plan.maxDurationMs)
  const endMs = clock()
  ending.cancel()
  loop.stop()
  await loop.drained
  clearInterval(flushing)
  await Promise.all(opened.map(({ writer }) => writer.close(endMs)))
  await beat(true)
  self.server.closeAllConnections()
  self.server.close()
}

interface Opened {
  readonly writer: SampleWriter
  readonly probe: PathProbe
}

/** A failing disk costs samples, which then are missing; probing goes on. */
async function flushAll(opened: readonly Opened[]): Promise<void> {
  await Promise.all(opened.map(({ writer }) => writer.flush().catch((error: unknown) => console.error(String(error)))))
}

async function selfServer(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = answerServer({ pod: 'prober' })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

async function endOf(signal: AbortSignal, maxDurationMs: number): Promise<{ readonly cancel: () => void }> {
  const ended = Promise.withResolvers<undefined>()
  const end = (): void => ended.resolve(undefined)
  const timer = setTimeout(end, maxDurationMs)
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  await ended.promise
  return { cancel: () => clearTimeout(timer) }
}
