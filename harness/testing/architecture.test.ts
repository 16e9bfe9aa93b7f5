import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/**
 * The layers of ARCHITECTURE.md, written here and nowhere else. `from` may import nothing of `to`; type imports count,
 * since a reader has to follow them as well. Tests and fakes (`testing/`) may import what they like.
 */
const layers: readonly { readonly from: RegExp; readonly to: RegExp }[] = [
  { from: /^lib\//, to: /^(harness|scenarios|reports)\// },
  { from: /^scenarios\//, to: /^(harness\/(?!model|faults|checks)|reports)\// },
  { from: /^reports\//, to: /^(lib|scenarios|harness\/(?!model|probe\/analysis|host\/package\/))/ },
  { from: /^harness\/(?!cli|experiments)/, to: /^(scenarios|reports|harness\/(cli|experiments))\// },
  { from: /^harness\/model\//, to: /^(harness\/(?!model)|scenarios|reports)/ },
]

/**
 * Observers judge the repair: what misreads a cluster in lib/ must not misread it for them too. They have parsers of
 * their own, and need of lib/ only the port, its adapters, and how to wait.
 */
const observers = /^harness\/(observe|checks|e2e\/inspect)\//
const forObservers = /^lib\/(node\.ts$|engine\/(wait|errors)\.ts$|adapters\/)/

/** What the cluster tests use of lib/ to run a repair and to damage files; they inspect with tools of their own. */
const forClusterTests =
  /^(type .*|beginRecovery|defaultOptions|finishRecovery|libraryRecovery|runRecovery|runSteps|stepsOf|waitFor|workDir|issueCertificate)$/

/** The packages that a layer may import; `node:` modules are free. */
const packages: readonly { readonly in: RegExp; readonly only: RegExp }[] = [
  { in: /^lib\/pki\/serving\//, only: /^@peculiar\/asn1-/ },
  { in: /^lib\/(?!pki\/serving\/)/, only: /^(yaml|pbf)$/ },
  { in: /^harness\/model\//, only: /^(zod|@kubernetes\/client-node)$/ },
  { in: /^reports\//, only: /^(zod|junit-report-builder|preact|uplot|playwright-core|vite)/ },
]

/** What stands in lib/ itself: the public API, the port, the model and the recovery. */
const rootOfLib = ['index.ts', 'model.ts', 'node.ts', 'recovery.ts']

const root = fileURLToPath(new URL('../..', import.meta.url))
const isTest = (file: string) => /\.test\.tsx?$/.test(file) || file.includes('/testing/')
const files = globSync('{lib,harness,scenarios,reports}/**/*.{ts,tsx}', { cwd: root })
const sources = files.filter((file) => !isTest(file))

interface Imports {
  /** Paths from the project's root. */
  readonly files: readonly string[]
  readonly packages: readonly string[]
}

function importsOf(file: string): Imports {
  const source = readFileSync(join(root, file), 'utf8')
  const specifiers = [
    ...source.matchAll(/^(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]/gm),
    ...source.matchAll(/^import\s+['"]([^'"]+)['"]/gm),
    ...source.matchAll(/\bimport\(['"]([^'"]+)['"]\)/g),
  ].map((match) => match[1] ?? '')
  const isLocal = (name: string) => name.startsWith('.')
  return {
    files: specifiers.filter(isLocal).map((name) => relative(root, join(root, dirname(file), name))),
    packages: specifiers.filter((name) => !isLocal(name) && !name.startsWith('node:')),
  }
}

const imports = new Map(sources.map((file) => [file, importsOf(file)]))

/** Every round trip in a graph, as `a → b → a`; each node is entered once. */
function cyclesIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const done = new Set<string>()
  const cycles: string[] = []
  const visit = (node: string, path: readonly string[]): void => {
    const at = path.indexOf(node)
    if (at >= 0) return void cycles.push([...path.slice(at), node].join(' → '))
    if (done.has(node)) return
    for (const next of graph.get(node) ?? []) visit(next, [...path, node])
    done.add(node)
  }
  for (const node of graph.keys()) visit(node, [])
  return cycles
}

/** The folder of a file. Contracts at the root of lib/ and reports/ are below everything there, the rest of the root above. */
function roomOf(file: string): string {
  return /^(lib\/(node|model)|reports\/reporter)\.ts$/.test(file) ? `${dirname(file)} (contract)` : dirname(file)
}

/** Folders and what they import of each other. */
function foldersOf(files: ReadonlyMap<string, Imports>): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>()
  for (const [file, { files: targets }] of files) {
    const from = roomOf(file)
    const known = graph.get(from) ?? new Set()
    for (const to of targets.filter((target) => files.has(target)).map(roomOf)) if (to !== from) known.add(to)
    graph.set(from, known)
  }
  return graph
}

test.each(layers)('$from imports nothing of $to', ({ from, to }) => {
  const bad = sources
    .filter((file) => from.test(file))
    .flatMap((file) =>
      (imports.get(file)?.files ?? []).filter((target) => to.test(target)).map((to) => `${file} → ${to}`),
    )
  expect(bad).toEqual([])
})

/** The paths by which files that `from` selects reach lib/ through the rest of the project, as `a → b → lib/c`. */
function waysToLib(graph: ReadonlyMap<string, Pick<Imports, 'files'>>, from: RegExp): readonly string[] {
  const begin = [...graph.keys()].filter((file) => from.test(file) && !isTest(file))
  const ways = new Map(begin.map((file) => [file, file]))
  for (const [file, way] of ways) {
    if (file.startsWith('lib/')) continue
    for (const next of graph.get(file)?.files ?? []) if (!ways.has(next)) ways.set(next, `${way} → ${next}`)
  }
  return [...ways].flatMap(([file, way]) => (file.startsWith('lib/') ? [way] : []))
}

const lastOf = (way: string) => way.split(' → ').at(-1) ?? ''

test('observers reach no parser of the repair, neither directly nor through other files', () => {
  const graph = new Map(files.map((file) => [file, importsOf(file)]))
  const ways = waysToLib(graph, observers)
  expect(ways.filter((way) => !forObservers.test(lastOf(way)))).toEqual([])
  // The search does follow imports: this one leads through two other files.
  expect(ways.map(lastOf)).toContain('lib/adapters/shell-node.ts')
})

test('a way to the repair through a file of another layer is found', () => {
  const graph = new Map([
    ['harness/observe/a.ts', { files: ['harness/cluster/b.ts'] }],
    ['harness/cluster/b.ts', { files: ['harness/testing/c.ts'] }],
    ['harness/testing/c.ts', { files: ['lib/pki/pem.ts'] }],
  ])
  expect(waysToLib(graph, observers)).toEqual([
    'harness/observe/a.ts → harness/cluster/b.ts → harness/testing/c.ts → lib/pki/pem.ts',
  ])
})

test('the cluster tests run the repair, and inspect with nothing of it', () => {
  const used = files
    .filter((file) => file.startsWith('harness/e2e/'))
    .flatMap((file) => namesOfLib(readFileSync(join(root, file), 'utf8')).map((name) => `${file}: ${name}`))
  expect(used.length).toBeGreaterThan(10)
  expect(used.filter((use) => !forClusterTests.test(use.replace(/^\S+: /, '')))).toEqual([])
  expect(namesOfLib("import { waitFor, keyId, type Node } from '../../lib/index.ts'\n")).toEqual([
    'waitFor',
    'keyId',
    'type Node',
  ])
  expect(namesOfLib("import * as all from '../../lib/index.ts'\nconst b = await import('../lib/b.ts')\n")).toEqual([
    '*',
    '*',
  ])
})

/** What a source imports of lib/, by name; types as `type Name`, and `*` where it takes all. */
function namesOfLib(source: string): readonly string[] {
  const named = source.matchAll(/^(?:import|export)\s+(type\s+)?\{([^}]*)\}\s+from\s+'(?:\.\.\/)+lib\//gm)
  const whole = source.matchAll(/^(?:import|export)\s+\*[^']*'(?:\.\.\/)+lib\/|\bimport\('(?:\.\.\/)+lib\//gm)
  return [...named, ...[...whole].map(() => ['', undefined, '*'] as const)].flatMap(([, isType, names = '']) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
      .map((name) => (isType ? `type ${name}` : name)),
  )
}

test.each(packages)('$in needs no package but $only', ({ in: layer, only }) => {
  const strange = sources
    .filter((file) => layer.test(file))
    .flatMap((file) =>
      (imports.get(file)?.packages ?? []).filter((name) => !only.test(name)).map((name) => `${file}: ${name}`),
    )
  expect(strange).toEqual([])
})

test('no folder imports itself in a circle, type imports counted', () => {
  expect(cyclesIn(foldersOf(imports))).toEqual([])
})

test('a type import that closes a circle is found', () => {
  const closing = new Map([
    ['lib/a/one.ts', { files: ['lib/b/two.ts'], packages: [] }],
    ['lib/b/two.ts', { files: ['lib/a/one.ts'], packages: [] }],
  ])
  expect(cyclesIn(foldersOf(closing))).toEqual(['lib/a → lib/b → lib/a'])
  expect(importsOf('harness/model/cluster.ts').files).toContain('lib/node.ts')
})

test('no file imports itself in a circle', () => {
  expect(cyclesIn(new Map([...imports].map(([file, { files }]) => [file, new Set(files)])))).toEqual([])
})

test('lib/ itself holds the public API, the port, the model and the recovery', () => {
  expect(sources.filter((file) => dirname(file) === 'lib').map((file) => file.slice('lib/'.length))).toEqual(rootOfLib)
})

test('files stay small', () => {
  const long = globSync('{lib,harness,scenarios,reports}/**/*.{ts,tsx}', { cwd: root })
    .map((file) => [file, readFileSync(join(root, file), 'utf8').split('\n').length] as const)
    .filter(([, lines]) => lines > 251)
  expect(long).toEqual([])
})
