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
    .description('check what a drill needs of this host and print a fix for each gap; changes nothing')
    .option('--node-image <ref>', 'check for this node image (default: the image that setup chooses)')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Exit codes: 0 all requirements met, 3 something is missing or too low

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

/** The table as lines; a fix is on a line of its own, so that it can be copied. */
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
      ? 'All requirements are met.'
      : `${wanting} of ${needs.length} requirements are not met; npx --no-install drill setup fixes what it can.`,
  ]
}
