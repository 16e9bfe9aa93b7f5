import { isDeepStrictEqual } from 'node:util'
import type { RunView } from '../../../model/run-view.ts'

/** A run by its files: `run.json`, `journal.jsonl`, `samples/pod`, `evidence/pods-settled`. */
function partsOf({ record, events, series, secondSeries = [], evidence }: RunView): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>([
    ['run.json', record],
    ['journal.jsonl', events],
    ...series.map((one) => [`samples/${one.id}`, one] as const),
    ...secondSeries.map((one) => [`samples/second-prober/${one.id}`, one] as const),
    ...Object.entries(evidence).map(([name, seen]) => [`evidence/${name}`, seen] as const),
  ])
}

/** The parts in which two runs differ, in alphabetical order. */
export function changedParts(before: RunView, after: RunView): readonly string[] {
  const [old, now] = [partsOf(before), partsOf(after)]
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((part) => !isDeepStrictEqual(old.get(part), now.get(part)))
    .toSorted()
}
