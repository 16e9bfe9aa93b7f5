import { outcomes, type ProbeSeries } from '../model/probe-series.ts'

/** What a made-up path goes through, in samples counted from its first. */
export interface FakePath {
  readonly id: string
  readonly title: string
  readonly target: string
  readonly samples: number
  readonly startMs: number
  /** Typical latency. */
  readonly latencyMs: number
  readonly failing?: readonly (readonly [from: number, to: number, error: number])[]
  /** Samples that the prober was too late for. */
  readonly late?: readonly (readonly [from: number, to: number])[]
  /** Samples that it never wrote. */
  readonly missing?: readonly (readonly [from: number, to: number])[]
  readonly errors?: readonly string[]
}

const intervalMs = 20
const deadlineMs = 250
/** Of failures, by error: a refusal comes at once, a timeout at the deadline. */
const latencies: Readonly<Record<number, number>> = { 1: 1.2, 2: deadlineMs }

/** A series of samples for tests: the same path gives the same series. */
export function fakeSeries(path: FakePath): ProbeSeries {
  const random = randomFrom(path.id)
  const within = (ranges: readonly (readonly [number, number, ...number[]])[] | undefined, n: number) =>
    ranges?.find(([from, to]) => n >= from && n < to)
  const planned = Array.from({ length: path.samples }, (_, n) => n).filter((n) => !within(path.missing, n))
  const { length } = planned
  const columns = {
    seq: new Uint32Array(length),
    lagMs: new Float32Array(length),
    latencyMs: new Float32Array(length),
    outcome: new Uint8Array(length),
    error: new Uint8Array(length),
    backend: new Uint8Array(length),
  }
  for (const [at, n] of planned.entries()) {
    const late = within(path.late, n)
    const failure = late ? undefined : within(path.failing, n)
    const outcome = late ? 'unmeasured' : failure ? 'failed' : 'ok'
    const spike = random() ** 400 * 60
    const error = failure?.[2] ?? 0
    columns.seq[at] = n
    const lag = random()
    const latencyMs = latencies[error] ?? path.latencyMs * (0.7 + random() * 0.6) + spike
    // A sample is sent before it is answered.
    columns.lagMs[at] = late ? 120 + lag * 60 : lag ** 6 * latencyMs
    columns.latencyMs[at] = late ? 200 + latencyMs : latencyMs
    columns.outcome[at] = outcomes[outcome]
    columns.error[at] = error
    columns.backend[at] = outcome === 'ok' ? 1 + (n % 2) : 0
  }
  return {
    id: path.id,
    title: path.title,
    target: path.target,
    intervalMs,
    deadlineMs,
    startMs: path.startMs,
    endMs: path.startMs + path.samples * intervalMs,
    ...columns,
    errors: path.errors ?? ['none', 'refused', 'response-timeout'],
    backends: ['none', 'echo-7c9d6b-4xk2p 5f1c', 'echo-7c9d6b-q8vzt 90ab'],
  }
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function randomFrom(text: string): () => number {
  let state = Buffer.from(text).reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
