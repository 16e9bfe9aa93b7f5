import { markdownCell, markdownTable } from '../../../reports/model/markdown-table.ts'
import type { MutantResult, Outcome } from './mutant/verdict-on.ts'

const words: Readonly<Record<Outcome, string>> = {
  killed: 'seen',
  survived: '**NOT SEEN**',
  'not-applied': '**NOT APPLIED**',
  'not-applicable': 'not for this run',
}

/** One row a mutant: what is wrong, who must see it, what became of it, and which other checks were red too. */
export function mutationTable(results: readonly MutantResult[]): string {
  const rows = results.map(({ id, title, check, outcome, others }) => [
    `\`${id}\``,
    markdownCell(title),
    `\`${check}\``,
    words[outcome],
    others.map((other) => `\`${other}\``).join(', '),
  ])
  return markdownTable(['mutant', 'what is wrong', 'must go red', 'result', 'red too'], rows)
}

/** Mutants that no check has seen for the right reason, or that were not applied, a line each. */
export const survivorsIn = (results: readonly MutantResult[]): readonly string[] =>
  results
    .filter(({ outcome }) => outcome === 'survived' || outcome === 'not-applied')
    .map(({ id, check, words: why }) => `${id}: ${check}: ${why}`)
