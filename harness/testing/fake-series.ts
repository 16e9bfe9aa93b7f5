import { outcomes, type ProbeSeries } from '../probes/probe-series.ts'

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

/** A series of samples for tests: the same path gives the same series. */
export function fakeSeries(path: FakePath): ProbeSeries {
  const random = randomFrom(path.id)
  const within = (ranges: readonly (readonly [number, number, ...number[]])[] | undefined, n: number) =>
    ranges?.find(([from, to]) => n >= from && n < to)
  const gone = (path.missing ?? []).reduce((sum, [from, to]) => sum + to - from, 0)
  const length = path.samples - gone
  const columns = {
    seq: new Uint32Array(length),
    lagMs: new Float32Array(length),
    latencyMs: new Float32Array(length),
    outcome: new Uint8Array(length),
    error: new Uint8Array(length),
    backend: new Uint8Array(length),
  }
  let at = 0
  for (let n = 0; n < path.samples; n++) {
    if (within(path.missing, n)) continue
    const failure = within(path.failing, n)
    const late = within(path.late, n)
    const slow = random() ** 40 * 60
    columns.seq[at] = n
    columns.lagMs[at] = late ? 120 + random() * 60 : random() ** 6 * 8
    columns.latencyMs[at] = failure
      ? failure[2] === 1
        ? 1.2
        : deadlineMs
      : path.latencyMs * (0.7 + random() * 0.6) + slow
    columns.outcome[at] = late ? outcomes.unmeasured : failure ? outcomes.failed : outcomes.ok
    columns.error[at] = failure && !late ? (failure[2] ?? 1) : 0
    columns.backend[at] = failure || late ? 0 : 1 + (n % 2)
    at++
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
  let state = [...text].reduce(
    (hash, character) => Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193),
    0x811c9dc5,
  )
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
