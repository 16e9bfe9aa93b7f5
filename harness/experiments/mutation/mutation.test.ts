import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../host/package/package-files.ts'
import { scenarios } from '../../../scenarios/index.ts'
import { liveMutants } from './live/live-mutants.ts'
import { mutationTable, survivorsIn, updatedTable } from './mutation-table.ts'
import { baseRuns } from './stored/base-runs.ts'
import { runStored } from './stored/run-stored.ts'
import { storedMutants } from './stored/stored-mutants.ts'
import { withTable } from './with-table.ts'

const bases = await baseRuns()
const results = storedMutants.map((mutant) => runStored(mutant, bases))

test.each(results)('$check sees $id', ({ outcome, words }) => {
  expect([outcome, words]).toEqual(['killed', words])
})

test('every check has a mutant', () => {
  const checks = globSync('harness/checks/*/check.ts', { cwd: packageRoot }).map(
    (file) => /\bid: '([a-z-]+)'/.exec(readFileSync(join(packageRoot, file), 'utf8'))?.[1],
  )
  expect([...new Set(storedMutants.map(({ check }) => check))].toSorted()).toEqual(checks.toSorted())
})

test('ids are unique', () => {
  const ids = [...storedMutants, ...liveMutants].map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)])
})

test.each(liveMutants)('$id: $check judges $scenario', ({ scenario, check }) => {
  const checks = scenarios.find(({ id }) => id === scenario)?.checks ?? []
  expect(checks.map(({ id }) => id)).toContain(check)
})

test('docs/mutation.md has all mutants, and what became of the live ones when they were tried last (update with -u)', async () => {
  const page = join(packageRoot, 'docs', 'mutation.md')
  const text = readFileSync(page, 'utf8')
  const stored = withTable(text, 'stored mutants', mutationTable(results))
  const all = withTable(stored, 'live mutants', updatedTable(liveMutants, [], text))
  await expect(all).toMatchFileSnapshot(page)
})

test('a mutant that was not tried now keeps its row, and one that is not seen is named', () => {
  const mutant = (id: string) =>
    ({ ...storedMutants[0], id, title: id, check: 'c', verdict: 'fail', because: /x/ }) as const
  const result = { id: 'b', title: 'b', check: 'c', outcome: 'survived', words: 'all is well', others: ['d'] } as const
  const page = '| `a` | a | `c` | seen |  |\n| `b` | b | `c` | seen |  |\n'
  const table = updatedTable([mutant('a'), mutant('b'), mutant('e')], [result], page)
  expect(table.split('\n').slice(2)).toEqual([
    '| `a` | a | `c` | seen |  |',
    '| `b` | b | `c` | **NOT SEEN** | `d` |',
    '| `e` | e | `c` | not tried yet |  |',
  ])
  expect(survivorsIn([result])).toEqual(['b: c: all is well'])
})
