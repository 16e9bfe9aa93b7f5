import { noTenths, type PageSeries, pointStates } from '../../payload.ts'
import type { View } from './view.ts'

/** The chart's points: buckets of equal length over the view, the same for all paths. */
export interface LatencyBuckets {
  readonly bucketMs: number
  /** The middle of each bucket. */
  readonly atMs: readonly number[]
  /** By path: the highest latency of the good answers in a bucket, null where there was none. */
  readonly highest: readonly (readonly (number | null)[])[]
  /** By path: the buckets in which a probe failed. */
  readonly failed: readonly (readonly number[])[]
}

/** Few enough buckets to draw, none shorter than the time between two samples. */
export function latencyBuckets(all: readonly PageSeries[], zeroMs: number, view: View, wanted: number): LatencyBuckets {
  const finest = Math.max(1, ...all.map(({ stepMs }) => stepMs))
  const bucketMs = Math.max(finest, (view.toMs - view.fromMs) / Math.max(1, wanted))
  const count = Math.max(1, Math.ceil((view.toMs - view.fromMs) / bucketMs))
  const perPath = all.map((series) => bucketsOf(series, zeroMs, view, { bucketMs, count }))
  return {
    bucketMs,
    atMs: Array.from({ length: count }, (_, index) => view.fromMs + (index + 0.5) * bucketMs),
    highest: perPath.map(({ highest }) => highest),
    failed: perPath.map(({ failed }) => failed),
  }
}

function bucketsOf(
  series: PageSeries,
  zeroMs: number,
  view: View,
  { bucketMs, count }: { readonly bucketMs: number; readonly count: number },
) {
  const highest = new Array<number | null>(count).fill(null)
  const failures = new Uint8Array(count)
  const startMs = series.startMs - zeroMs
  const first = Math.max(0, Math.ceil((view.fromMs - startMs) / series.stepMs))
  const last = Math.min(series.points - 1, Math.floor((view.toMs - startMs) / series.stepMs))
  for (let point = first; point <= last; point++) {
    const bucket = Math.min(count - 1, Math.floor((startMs + point * series.stepMs - view.fromMs) / bucketMs))
    const state = series.state[point]
    const tenths = series.latency[point] ?? noTenths
    if (state === pointStates.failed) failures[bucket] = 1
    else if (state === pointStates.ok && tenths !== noTenths)
      highest[bucket] = Math.max(highest[bucket] ?? 0, tenths / 10)
  }
  return { highest, failed: [...failures.keys()].filter((bucket) => failures[bucket] === 1) }
}
