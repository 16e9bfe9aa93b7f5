import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { scenarios } from '../../scenarios/index.ts'
import { expectationText } from '../cli/render.ts'
import { drillProgram } from '../cli/main.ts'
import { stepsOf } from '../recovery/registry.ts'
import { withTable } from '../experiments/mutation/with-table.ts'
import { markdownTable } from '../../reports/model/markdown-table.ts'
import { reasonsBefore, reasonsLater } from '../../lib/engine/precondition-reasons.ts'
import { defaultOptions } from '../../lib/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const pages = ['README.md', 'ARCHITECTURE.md', '.github/CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root })]
const steps = stepsOf({ recovery: { id: 'library', options: defaultOptions }, runDir: '/nowhere' })

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
const anchorsIn = (text: string) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))

/** Inline code and the lines of code blocks. */
function codeIn(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^```.*\n([\s\S]*?)^```$/gm)].flatMap(([, body = '']) => body.split('\n'))
  const inline = [...text.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  return [...blocks, ...inline]
}

/** The rest of every `drill …` and `npx --no-install drill …`, as words. */
function drillCallsIn(text: string): readonly (readonly string[])[] {
  return codeIn(text).flatMap((code) =>
    [...code.matchAll(/^(?:npx --no-install )?drill ((?:[a-z-]+)[^#&|]*)/g)].map(([, call = '']) =>
      call.trim().split(/\s+/),
    ),
  )
}

/** What a call names that does not exist. Words in capitals stand for anything. */
function problemsOf([name = '', ...rest]: readonly string[], program: Command): readonly string[] {
  const command = program.commands.find((candidate) => candidate.name() === name)
  if (!command) return [`no command ${name}`]
  const flags = rest.filter((word) => word.startsWith('-')).map((word) => word.replace(/[=,].*/, ''))
  const known = ['--help', ...command.options.flatMap(({ short, long }) => [short, long])]
  return [
    ...flags.filter((flag) => !known.includes(flag)).map((flag) => `${name} has no ${flag}`),
    ...(['run', 'explain'].includes(name) ? unknownIn(rest.slice(0, 1), scenarios, 'scenario') : []),
    ...unknownIn(stepsIn(rest), steps, 'step'),
  ]
}

/** The arguments of `--interrupt-in STEP:N` and `--interrupt-after STEP`. */
const stepsIn = (words: readonly string[]) =>
  words
    .filter((_, index) => /^--interrupt-(?:in|after)$/.test(words[index - 1] ?? ''))
    .map((word) => word.replace(/:.*/, ''))

const unknownIn = (names: readonly string[], known: readonly { readonly id: string }[], what: string) =>
  names
    .filter((name) => !/^[A-Z]+$/.test(name) && !known.some(({ id }) => id === name))
    .map((name) => `no ${what} ${name}`)

describe.each(pages)('%s', (page) => {
  const text = read(page)

  test('links lead somewhere', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#')
      if (/^https:/.test(link)) return false
      const file = path === '' ? page : join(dirname(page), path)
      return !existsSync(join(root, file)) || (anchor !== undefined && !anchorsIn(read(file)).includes(anchor))
    })
    expect(broken).toEqual([])
  })

  test('paths in the repository exist', () => {
    const isPath = /^(?:lib|harness|scenarios|reports|docs|examples|bin|\.github|\.ci)\/[\w./{},*-]*$/
    const paths = codeIn(text)
      .flatMap((code) => code.split(/\s+/))
      .filter((word) => isPath.test(word))
    expect(paths.filter((path) => globSync(path.replace(/[/,]+$/, ''), { cwd: root }).length === 0)).toEqual([])
  })

  test('commands exist, with their options, scenarios and steps', () => {
    expect(drillCallsIn(text).flatMap((call) => problemsOf(call, drillProgram()))).toEqual([])
    const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> }
    const called = codeIn(text).flatMap((code) => [...code.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name))
    expect(called.filter((name) => !(name in scripts))).toEqual([])
  })
})

test('a wrong command, option, scenario or step is found', () => {
  const calls = drillCallsIn(
    '`drill mend`, `drill run noop --fast`\n```\nnpx --no-install drill run lost-pky --interrupt-in boil\n```\n',
  )
  expect(calls.flatMap((call) => problemsOf(call, drillProgram()))).toEqual([
    'no scenario lost-pky',
    'no step boil',
    'no command mend',
    'run has no --fast',
  ])
})

const code = (text: string) => `\`${text}\``

test('README: the scenarios are those of drill list (update with -u)', async () => {
  const groups = Map.groupBy(scenarios, ({ expects }) => expectationText(expects))
  const rows = [...groups].map(([expected, group]) => [group.map(({ id }) => code(id)).join(', '), expected])
  const table = markdownTable(['scenarios', 'expected'], rows)
  await expect(withTable(read('README.md'), 'scenarios', table)).toMatchFileSnapshot(join(root, 'README.md'))
})

const whenText = {
  ci: 'every change',
  package: 'every change, by the installed package',
  nightly: 'every night',
} as const

test('docs/scenarios.md: the tables are those of drill list (update with -u)', async () => {
  const page = 'docs/scenarios.md'
  const happens = markdownTable(
    ['scenario', 'what happens', 'expected'],
    scenarios.map(({ id, title, expects }) => [code(id), title, expectationText(expects)]),
  )
  const drilled = markdownTable(
    ['scenario', 'drilled', 'control planes + workers', 'when'],
    scenarios.flatMap(({ id, drills }) =>
      drills.map(({ title, topology, in: when }) => [
        code(id),
        title,
        `${topology.controlPlanes} + ${topology.workers}`,
        whenText[when],
      ]),
    ),
  )
  const text = withTable(read(page), 'scenarios', happens)
  await expect(withTable(text, 'drills', drilled)).toMatchFileSnapshot(join(root, page))
})

test('docs/recovery.md: the table of steps is that of the repair (update with -u)', async () => {
  const table = markdownTable(
    ['step', 'what it does'],
    steps.map(({ id, title }) => [code(id), title]),
  )
  const page = 'docs/recovery.md'
  await expect(withTable(read(page), 'steps', table)).toMatchFileSnapshot(join(root, page))
})

test('docs/recovery.md: the tables of refusals are those of the repair (update with -u)', async () => {
  const table = (reasons: Readonly<Record<string, string>>) =>
    markdownTable(
      ['reason', 'refused when'],
      Object.entries(reasons).map(([id, when]) => [code(id), when]),
    )
  const page = 'docs/recovery.md'
  const text = withTable(read(page), 'refused before', table(reasonsBefore))
  await expect(withTable(text, 'refused later', table(reasonsLater))).toMatchFileSnapshot(join(root, page))
})

test('docs/checks.md explains every check, and no other', () => {
  const explained = [...read('docs/checks.md').matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id = '']) => id)
  const known = globSync('harness/checks/*/check.ts', { cwd: root }).map(
    (file) => /\bid: '([a-z-]+)'/.exec(read(file))?.[1],
  )
  expect(explained.toSorted()).toEqual(known.toSorted())
})

test('README is at most 900 words', () => {
  expect(read('README.md').split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(900)
})
