import { styleText } from 'node:util'
import type { Command } from 'commander'
import { exitCodes } from '../model/errors.ts'
import { examine } from '../host/setup/doctor.ts'
import type { Need } from '../host/setup/need.ts'

interface DoctorOptions {
  readonly nodeImage?: string
  readonly json?: true
}

export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('show what a drill needs of this machine, and what mends what is missing; changes nothing')
    .option('--node-image <ref>', 'look for this node image; default: what setup chooses')
    .option('--json', 'print the table as JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 everything is there, 3 something is missing or too low

Examples:
  drill doctor
  drill doctor --json
  drill doctor --node-image kindest/node:v1.36.4`,
    )
    .action(async (options: DoctorOptions) => {
      const needs = await examine(options.nodeImage === undefined ? {} : { nodeImage: options.nodeImage })
      const ok = needs.every(({ state }) => state === 'ok')
      if (options.json) console.log(JSON.stringify({ ok, needs }, null, 2))
      else for (const line of needLines(needs)) console.log(line)
      process.exitCode = ok ? exitCodes.pass : exitCodes.harnessError
    })
}

const marks = {
  ok: styleText('green', 'ok     '),
  missing: styleText('red', 'missing'),
  'too-low': styleText('red', 'too low'),
} as const

/** One table; what mends a line stands under it, so that it can be copied whole. */
export function needLines(needs: readonly Need[]): readonly string[] {
  const width = Math.max(...needs.map(({ title }) => title.length))
  const wanting = needs.filter(({ state }) => state !== 'ok').length
  return [
    ...needs.flatMap(({ title, state, found, fix }) => [
      `${marks[state]}  ${title.padEnd(width)}  ${found}`,
      ...(fix ? [`         ${styleText('cyan', fix)}`] : []),
    ]),
    '',
    wanting === 0
      ? 'Everything that a drill needs is there.'
      : `Wanting: ${wanting} of ${needs.length}; npx --no-install drill setup mends what can be mended.`,
  ]
}
