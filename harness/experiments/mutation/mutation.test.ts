import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../../host/package/package-files.ts'
import { baseRuns } from './stored/base-runs.ts'
import { runStored } from './stored/run-stored.ts'
import { storedMutants } from './stored/stored-mutants.ts'

const bases = await baseRuns()

test.each(storedMutants)('$check sees $id', (mutant) => {
  expect(runStored(mutant, bases)).toMatchObject({ id: mutant.id, outcome: 'killed' })
})

test('every check has a mutant', () => {
  const checks = globSync('harness/checks/*/check.ts', { cwd: packageRoot }).map(
    (file) => /\bid: '([a-z-]+)'/.exec(readFileSync(join(packageRoot, file), 'utf8'))?.[1],
  )
  expect([...new Set(storedMutants.map(({ check }) => check))].toSorted()).toEqual(checks.toSorted())
})
