import { scenarios } from '../../scenarios/index.ts'
import { UsageError } from '../model/errors.ts'
import type { Scenario } from '../model/scenario.ts'

/** The scenario with this id. Throws UsageError, with a suggestion where a similar id exists. */
export function findScenario(id: string): Scenario {
  const found = scenarios.find((scenario) => scenario.id === id)
  if (found) return found
  const near = nearestOf(
    id,
    scenarios.map((scenario) => scenario.id),
  )
  throw new UsageError(
    `unknown scenario "${id}"${near === undefined ? '' : `: did you mean "${near}"?`}`,
    'drill list prints the scenarios',
  )
}

/** The candidate with the smallest edit distance, if that is less than half of its length. */
export function nearestOf(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best && best.distance * 2 < best.candidate.length ? best.candidate : undefined
}

/** The Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, left] of Array.from(a).entries()) {
    const next = [i + 1]
    for (const [j, right] of Array.from(b).entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (left === right ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? 0
}
