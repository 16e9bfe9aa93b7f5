import { markdownCell, markdownTable } from '../../../reports/model/markdown-table.ts'
import type { Mutant } from './mutant/mutant.ts'
import type { MutantResult, Outcome } from './mutant/verdict-on.ts'

const words: Readonly<Record<Outcome, string>> = {
  killed: 'seen',
  survived: '**NOT SEEN**',
  'not-applied': '**NOT APPLIED**',
  'not-applicable': 'not for this run',
}

const header = ['mutant', 'what is wrong', 'must go red', 'result', 'red too']

/** One row a mutant: what is wrong, who must see it, what became of it, and which other checks were red too. */
export const mutationTable = (results: readonly MutantResult[]): string =>
  markdownTable(
    header,
    results.map((result) => rowOf(result, words[result.outcome])),
  )

/** The same for all of the given mutants: one that was not tried now keeps its row of the page, or was not tried yet. */
export function updatedTable(mutants: readonly Mutant[], results: readonly MutantResult[], page: string): string {
  const rows = mutants.map((mutant) => {
    const result = results.find(({ id }) => id === mutant.id)
    if (result) return rowOf(result, words[result.outcome])
    const known = page.split('\n').find((line) => line.startsWith(`| \`${mutant.id}\` |`))
    return known?.slice(2, -2).split(' | ') ?? rowOf({ ...mutant, others: [] }, 'not tried yet')
  })
  return markdownTable(header, rows)
}

function rowOf(
  { id, title, check, others }: Omit<MutantResult, 'outcome' | 'words'>,
  result: string,
): readonly string[] {
  const red = others.map((other) => `\`${other}\``).join(', ')
  return [`\`${id}\``, markdownCell(title), `\`${check}\``, result, red]
}

/** Mutants that no check has seen for the right reason, or that were not applied, a line each. */
export const survivorsIn = (results: readonly MutantResult[]): readonly string[] =>
  results
    .filter(({ outcome }) => outcome === 'survived' || outcome === 'not-applied')
    .map(({ id, check, words: why }) => `${id}: ${check}: ${why}`)
