import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folders = ['{bin,docs,examples,harness,lib,reports,scenarios}/**/*', '.ci/*', '.github/**/*', '*.md']
const isText = (name: string) => /(\.(ts|tsx|js|mjs|json|md|sh|ya?ml)|^\.ci\/run)$/.test(name)

// The npm package `drill` belongs to somebody else: outside a checkout plain npx would download and run it.
test('nothing tells a reader to run drill by plain npx', () => {
  const files = globSync(folders, { cwd: root }).filter(isText)
  const plain = new RegExp(['npx', '(--yes )?drill\\b'].join(' '))
  expect(files).toEqual(expect.arrayContaining(['README.md', '.ci/run', '.github/CONTRIBUTING.md']))
  expect(files.filter((file) => plain.test(readFileSync(join(root, file), 'utf8')))).toEqual([])
})
