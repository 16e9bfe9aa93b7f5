import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packageFile } from '../../host/package/package-files.ts'
import { drillProgram } from '../main.ts'
import { completionsOf, type CompletionSources } from './completions.ts'

const word = (value: string) => Promise.resolve([{ value, description: `of ${value}` }])
const sources: CompletionSources = {
  scenarios: () => word('lost-pki'),
  steps: () => word('start-etcd'),
  runs: () => word('runs/1'),
  clusters: () => word('drill-1a2b'),
  recoveries: () => word('library'),
  matrices: () => word('nightly'),
}
const values = async (...words: readonly string[]) =>
  (await completionsOf(drillProgram(), words, sources)).map(({ value }) => value)

describe('what fits', () => {
  test('commands, but not the one that shells call', async () => {
    expect(await values('')).toEqual(expect.arrayContaining(['run', 'recover', 'completion']))
    expect(await values('__')).toEqual([])
    expect(await values('re')).toEqual(['recover', 'report'])
  })

  test.each([
    [['run', 'lo'], ['lost-pki']],
    [['run', '--masters', '3', 'lo'], ['lost-pki']],
    [['run', 'lost-pki', '--interrupt-in', ''], ['start-etcd']],
    [['run', 'lost-pki', '--interrupt-after=st'], ['--interrupt-after=start-etcd']],
    [['run', 'lost-pki', '--interrupt-after', '=', 'st'], ['start-etcd']],
    [['run', 'lost-pki', '--keep', 'on'], ['on-failure']],
    [['run', 'lost-pki', '--recovery', './re'], []],
    [['run', 'lost-pki', '--kubeadm-patch', ''], []],
    [['judge', ''], ['runs/1']],
    [['diff', 'runs/0', ''], ['runs/1']],
    [['merge', '--matrix', 'ni'], ['nightly']],
    [['merge', ''], []],
    [['history', ''], []],
    [['gc', '--cluster', ''], ['drill-1a2b']],
    [['completion', 'z'], ['zsh']],
    [['frobnicate', ''], []],
  ])('after %j: %j', async (words, expected) => {
    expect(await values(...words)).toEqual(expected)
  })

  test('options, with those of no value before a scenario', async () => {
    expect(await values('run', '--int')).toEqual(['--interrupt-after', '--interrupt-in'])
    expect(await values('run', '--parallel', '')).toEqual(['lost-pki'])
  })
})

let home: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'drill-completion-'))
  const run = '20260101T000000Z-noop-m1'
  mkdirSync(join(home, 'bin'))
  mkdirSync(join(home, 'runs', run), { recursive: true })
  writeFileSync(
    join(home, 'bin/drill'),
    `#!/bin/sh\nexec '${process.execPath}' '${packageFile('bin/drill.js')}' "$@"\n`,
  )
  chmodSync(join(home, 'bin/drill'), 0o755)
})
afterAll(() => rmSync(home, { recursive: true }))

const installed = async (shell: string) => (await execa(shell, ['--version'], { reject: false })).exitCode === 0
const shells = ['bash', ...(['zsh', 'fish'] as const)]
const present = new Map(await Promise.all(shells.map(async (shell) => [shell, await installed(shell)] as const)))

/** What a shell offers at the end of a command line, when its user presses tab. */
async function offered(shell: string, line: string): Promise<string> {
  const env = { PATH: `${home}/bin:${process.env['PATH'] ?? ''}`, HOME: home, TERM: 'dumb', XDG_STATE_HOME: home }
  const words = line.split(' ')
  const quoted = words.map((one) => `'${one}'`).join(' ')
  const scripts: Record<string, string> = {
    bash: `source <(drill completion bash); complete -p drill >/dev/null && COMP_WORDS=(${quoted}) COMP_CWORD=${words.length - 1} && _drill && printf '%s\\n' "\${COMPREPLY[@]}"`,
    fish: `drill completion fish | source; complete -C '${line}'`,
    // A terminal of its own, in which zsh completes as it does for a person; ^D lists what fits. Typed before the line
    // editor shows its prompt, ^D is an end of file and nothing is listed.
    zsh: `zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell 'PS1=prompt-; autoload -U compinit; compinit -u -d ${home}/.zcompdump; LISTMAX=999'
      zpty -w shell 'source <(drill completion zsh); print ready=$((1 + 1))'
      zpty -r -m shell text '*ready=2*prompt-*'
      zpty -w -n shell $'${line}\\C-d'
      zpty -r -m shell text '*(${expectedIn[line] ?? ''})*' && print -r -- $text
      zpty -d shell`,
  }
  return (await execa(shell, ['-c', scripts[shell] ?? ''], { cwd: home, env, extendEnv: false, timeout: 60_000 }))
    .stdout
}

const expectedIn: Readonly<Record<string, string>> = {
  'drill run ': 'lost-pki',
  'drill run lost-pki --interrupt-in ': 'start-etcd',
  'drill judge ': '20260101T000000Z-noop-m1',
  'drill diff latest ': '20260101T000000Z-noop-m1',
  'drill gc --': '--dry-run',
}

describe.each(shells)('in %s', { timeout: 70_000 }, (shell) => {
  test.skipIf(!present.get(shell)).each(Object.entries(expectedIn))('%s completes to %s', async (line, expected) => {
    expect(await offered(shell, line)).toContain(expected)
  })

  test.skipIf(!present.get(shell))('files are offered where drill knows no word', async () => {
    writeFileSync(join(home, 'patch.yaml'), '')
    if (shell === 'fish') expect(await offered(shell, 'drill run noop --kubeadm-patch pat')).toContain('patch.yaml')
    if (shell === 'bash') expect((await offered(shell, 'drill run noop --kubeadm-patch pat')).trim()).toBe('')
  })
})
