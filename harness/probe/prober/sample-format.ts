/**
 * The files of one path, `<id>.samples` and `<id>.json`, format 1.
 *
 * `<id>.samples` is a sequence of rows of 16 bytes, little-endian, in the order of the verdicts, so nearly in that of the grid:
 *
 *     0  uint32   seq      planned at startMs + seq * intervalMs; at most one row for each
 *     4  float32  lagMs    how late the sample was sent (or given up, when it was not sent)
 *     8  float32  latencyMs  from the planned time to the complete answer or the verdict
 *    12  uint8    outcome  see probes/probe-series.ts
 *    13  uint8    error    index into `errors`
 *    14  uint8    backend  index into `backends`
 *    15  uint8    zero
 *
 * Rows are appended whole once a second. A file may end within a row; that row does not count. A planned sample without
 * a row is unmeasured. `<id>.json` (Meta) is replaced whole when a backend is first seen and at the end.
 */
export const sampleFormat = 1
export const rowBytes = 16

/** Classes of what can happen to a sample; the index is the file format: append only. */
export const errorClasses = [
  'none',
  // failed
  'refused',
  'unreachable',
  'reset',
  'connect-timeout',
  'response-timeout',
  'truncated-body',
  'wrong-body',
  'http-error',
  'protocol',
  'kept-connection-broken',
  'other',
  // unmeasured
  'not-sent',
  'prober-stalled',
  'prober-resources',
  // ok, with a note
  'reconnected',
  'second-connection',
  // failed
  'kept-connection-stalled',
  'retry-answered',
  'dns-servfail',
  'dns-nxdomain',
  'dns-error',
  'wrong-address',
  'missing-lines',
  'repeated-line',
  'stale-answer',
] as const
export type ErrorClass = (typeof errorClasses)[number]

const indexes = new Map<ErrorClass, number>(errorClasses.map((name, index) => [name, index]))
export const errorIndex = (name: ErrorClass): number => indexes.get(name) ?? 0

/** `<id>.json` */
export interface Meta {
  readonly format: number
  readonly prober: string
  /** Place among the prober's paths. */
  readonly order: number
  readonly id: string
  readonly title: string
  readonly target: string
  readonly connection: string
  readonly intervalMs: number
  readonly deadlineMs: number
  readonly startMs: number
  /** When the prober stopped planning; null while it works, and when it was killed. */
  readonly endMs: number | null
  readonly errors: readonly string[]
  readonly backends: readonly string[]
  /** The same moment on the run's clock and by the wall. */
  readonly anchor: { readonly runMs: number; readonly wall: string }
}

export interface Row {
  readonly seq: number
  readonly lagMs: number
  readonly latencyMs: number
  readonly outcome: number
  readonly error: number
  readonly backend: number
}

export function writeRow(buffer: Buffer, offset: number, row: Row): void {
  buffer.writeUInt32LE(row.seq, offset)
  buffer.writeFloatLE(row.lagMs, offset + 4)
  buffer.writeFloatLE(row.latencyMs, offset + 8)
  buffer[offset + 12] = row.outcome
  buffer[offset + 13] = row.error
  buffer[offset + 14] = row.backend
  buffer[offset + 15] = 0
}

export function readRow(buffer: Buffer, offset: number): Row {
  return {
    seq: buffer.readUInt32LE(offset),
    lagMs: buffer.readFloatLE(offset + 4),
    latencyMs: buffer.readFloatLE(offset + 8),
    outcome: buffer.readUInt8(offset + 12),
    error: buffer.readUInt8(offset + 13),
    backend: buffer.readUInt8(offset + 14),
  }
}
