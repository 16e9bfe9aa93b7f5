import type { RunRecord } from '../../harness/model/run-record.ts'
import type { ControlArm, RunView } from '../../harness/model/run-view.ts'

/** What the page knows of a path's samples besides the bytes: one point per planned sample, evenly spaced from startMs. */
export interface SeriesHead {
  readonly id: string
  readonly title: string
  readonly target: string
  readonly startMs: number
  /** Between two points. */
  readonly stepMs: number
  readonly points: number
  /** Planned samples in one point; above 1 a point shows the worst of them. */
  readonly samplesPerPoint: number
  readonly errors: readonly string[]
  readonly backends: readonly string[]
}

/** The JSON in the page. The samples follow as base64 of gzip, in the order of `series`. */
export interface Payload {
  readonly record: RunRecord
  readonly series: readonly SeriesHead[]
  readonly control?: ControlArm
}

/** Journal and evidence as they were stored: base64 of gzip in an element of their own, because only parts of the page wait for them. */
export type Details = Pick<RunView, 'events' | 'evidence'>

/** A path's samples as the page works with them; point i was planned at `startMs + i * stepMs` on the run's clock. */
export interface PageSeries extends SeriesHead {
  /** Values of `pointStates`. */
  readonly state: Uint8Array
  /** Index into `errors`; 0 is none. */
  readonly error: Uint8Array
  /** Index into `backends`; 0 is none. */
  readonly backend: Uint8Array
  /** Tenths of a millisecond; `noTenths` where there is none. */
  readonly latency: Uint16Array
  /** Tenths of a millisecond; `noTenths` where there is none. */
  readonly lag: Uint16Array
}

/** As `outcomes`, in rising order of what deserves to be seen, and 3 for what was planned and never sent. */
export const pointStates = { ok: 0, failed: 1, unmeasured: 2, missing: 3 } as const

export const noTenths = 0xffff
const bytesPerPoint = 7

/** A point of all columns in the buffer, the wide ones first so that they are aligned. */
export function columnsOf(
  points: number,
  buffer: ArrayBuffer,
  offset: number,
): Pick<PageSeries, 'state' | 'error' | 'backend' | 'latency' | 'lag'> {
  return {
    latency: new Uint16Array(buffer, offset, points),
    lag: new Uint16Array(buffer, offset + 2 * points, points),
    state: new Uint8Array(buffer, offset + 4 * points, points),
    error: new Uint8Array(buffer, offset + 5 * points, points),
    backend: new Uint8Array(buffer, offset + 6 * points, points),
  }
}

/** The bytes that a path takes; even, so that the next one is aligned. */
export const sizeOf = (points: number): number => points * bytesPerPoint + (points % 2)

/** The paths of a page, from their heads and the bytes that follow one another. */
export function unpackSeries(heads: readonly SeriesHead[], bytes: Uint8Array<ArrayBuffer>): readonly PageSeries[] {
  let offset = bytes.byteOffset
  return heads.map((head) => {
    const series = { ...head, ...columnsOf(head.points, bytes.buffer, offset) }
    offset += sizeOf(head.points)
    return series
  })
}
