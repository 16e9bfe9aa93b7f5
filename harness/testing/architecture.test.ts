import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const files = globSync('{lib,harness,scenarios,reports}/**/*.{ts,tsx}', {
  cwd: root,
  exclude: (path) => path.includes('node_modules'),
})

interface Imports {
  /** Paths from the project's root. */
  readonly local: readonly string[]
  readonly packages: readonly string[]
}

/** What a file imports at run time; `import type` is erased and binds nobody. */
function importsOf(file: string): Imports {
  const source = readFileSync(join(root, file), 'utf8')
  const specifiers = [...source.matchAll(/^(?:import|export)(?! type )[^'"]*?from\s+['"]([^'"]+)['"]/gm)].map(
    (match) => match[1] ?? '',
  )
  const local = specifiers
    .filter((name) => name.startsWith('.'))
    .map((name) => relative(root, join(root, dirname(file), name)))
  return { local, packages: specifiers.filter((name) => !name.startsWith('.')) }
}

const graph = new Map(files.map((file) => [file, importsOf(file)]))
const isTest = (file: string) => /\.test\.tsx?$/.test(file) || file.includes('/testing/')

/** The layers of ARCHITECTURE.md: who may not import what. */
const forbidden: readonly { readonly from: RegExp; readonly except?: RegExp; readonly to: RegExp }[] = [
  { from: /^lib\//, to: /^(harness|scenarios|reports)\// },
  { from: /^harness\//, except: /^harness\/cli\//, to: /^(scenarios|reports)\// },
  { from: /^scenarios\//, to: /^(harness\/(cli|drill|setup|cluster|node-image)|reports)\// },
  { from: /^reports\//, to: /^(lib|scenarios|harness\/(?!record|probes|testing))/ },
]

test.each(forbidden)('$from imports nothing of $to', ({ from, except, to }) => {
  const bad = files
    .filter((file) => from.test(file) && !except?.test(file) && !isTest(file))
    .flatMap((file) =>
      (graph.get(file)?.local ?? []).filter((target) => to.test(target)).map((target) => `${file} -> ${target}`),
    )
  expect(bad).toEqual([])
})

test('lib/ needs node:*, yaml, pbf, for certificate requests @peculiar/asn1-* and, in its ssh adapter, execa; reports never reach for an engine', () => {
  const packagesOf = (folder: string) =>
    files
      .filter((file) => file.startsWith(folder) && !isTest(file))
      .flatMap((file) => (graph.get(file)?.packages ?? []).map((name) => ({ file, name })))
  const strange = packagesOf('lib/').filter(
    ({ file, name }) =>
      !name.startsWith('node:') &&
      name !== 'yaml' &&
      name !== 'pbf' &&
      !(name.startsWith('@peculiar/asn1-') && file.startsWith('lib/serving/')) &&
      !(name === 'execa' && file.includes('ssh')),
  )
  expect(strange).toEqual([])
  expect(
    packagesOf('reports/').filter(({ name }) => ['execa', 'testcontainers', '@kubernetes/client-node'].includes(name)),
  ).toEqual([])
})

test('no import cycle', () => {
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) return void cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
    if (done.has(file)) return
    for (const target of graph.get(file)?.local ?? []) if (graph.has(target)) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  expect(cycles).toEqual([])
})

test('files stay small', () => {
  const long = files
    .map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length] as const)
    .filter(([, lines]) => lines > 251)
  expect(long).toEqual([])
})
