import { setTimeout as sleep } from 'node:timers/promises'
import type { Background, DrillContext } from '../../model/context.ts'
import type { Journal } from '../../model/journal.ts'
import { untilStopped } from '../../observe/background.ts'
import { httpsGet } from '../../observe/https-get.ts'
import { balancerAddress } from '../../observe/balancer.ts'
import type { WatchedApi } from './collect.ts'

const intervalMs = 200
/** Longer than this, and a client would have given up: client-go's TLS handshakes wait 10 s, load balancers' health checks some 2 s. */
const deadlineMs = 2000
/** A sample that begins later than this after its time was kept waiting by this process, not by the API. */
const lateMs = 1000
/** Shorter times between two successes are not kept. */
const keptGapMs = 500
/** After so long without a success the watch has failed, and ends: the cluster may be gone. */
const givenUpMs = 60_000

/** Asks every API server and the balancer for /readyz, from outside of the cluster, five times a second, until it is stopped. */
export async function watchApi(context: DrillContext): Promise<Background> {
  const { signal, end } = untilStopped(context)
  const targets = [
    ...context.cluster.controlPlanes.map(({ name, address }) => ({ target: name, address, port: 6443 })),
    { target: 'balancer', ...(await balancerAddress(context)) },
  ]
  const watched = Promise.all(targets.map((target) => watchTarget(target, context.journal, signal)))
  return {
    async stop() {
      end()
      return watched
    },
  }
}

interface WatchTarget {
  readonly target: string
  readonly address: string
  readonly port: number
}

/** Samples one address until the signal ends it; never rejects. */
export async function watchTarget(
  { target, address, port }: WatchTarget,
  journal: Pick<Journal, 'nowMs'>,
  signal: AbortSignal,
): Promise<WatchedApi> {
  const failures: WatchedApi['failures'] = []
  const gaps: NonNullable<WatchedApi['gaps']> = []
  const fromMs = journal.nowMs()
  const ended = () => signal.aborted
  let [samples, late, longestGapMs, lastOkMs] = [0, 0, 0, fromMs]
  const endGap = (endMs: number): void => {
    longestGapMs = Math.max(longestGapMs, endMs - lastOkMs)
    if (endMs - lastOkMs > keptGapMs) gaps.push({ fromMs: lastOkMs, toMs: endMs })
    lastOkMs = endMs
  }
  for (let due = fromMs; !ended(); due = Math.max(due + intervalMs, journal.nowMs())) {
    const wait = due - journal.nowMs()
    if (wait > 0) await sleep(wait, undefined, { signal, ref: false }).catch(() => undefined)
    if (ended()) break
    const atMs = journal.nowMs()
    if (atMs - due > lateMs) late += 1
    const options = { address, port, path: '/readyz', timeoutMs: deadlineMs, background: true, signal }
    const answer = await httpsGet(options).catch(() => undefined)
    if (!answer) break
    samples += 1
    const endedMs = journal.nowMs()
    if (answer.status === 200) endGap(endedMs)
    else if (endedMs - atMs > deadlineMs + lateMs) late += 1
    else failures.push({ atMs, problem: String(answer.status ?? answer.error) })
    if (endedMs - lastOkMs > givenUpMs) break
  }
  const toMs = journal.nowMs()
  endGap(toMs)
  return { target, fromMs, toMs, samples, late, failures, longestGapMs, gaps }
}
