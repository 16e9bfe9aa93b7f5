import { globSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { clusterTests, placeOf } from './order.ts'

test('every file of the cluster tests has its place, and every place its file', () => {
  const files = globSync('**/*.cluster.test.ts', { cwd: import.meta.dirname }).map((path) => basename(path))
  expect(files.sort((one, other) => placeOf(one) - placeOf(other))).toEqual(
    clusterTests.map((name) => `${name}.cluster.test.ts`),
  )
  expect(() => placeOf('/x/harness/e2e/new.cluster.test.ts')).toThrow('new.cluster.test.ts has no place')
})
