import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { InvalidArgumentError, type Command } from 'commander'
import { extraNames, type ExtraName } from '../host/extra-images/extra-images.ts'
import { onInterrupt } from '../host/process/interrupts.ts'
import { setUp } from '../host/setup/setup.ts'
import { openSetupConsole } from './setup-console.ts'
import { setupEvents } from './setup-events.ts'

interface SetupOptions {
  readonly nodeImage?: string
  readonly with?: readonly ExtraName[]
  readonly dryRun?: true
  readonly yes?: true
  readonly json?: true
}

export function registerSetup(program: Command): void {
  program
    .command('setup')
    .description('install what a drill needs on this machine: engine, settings, kind, images; shows its plan first')
    .option(
      '--node-image <ref>',
      'use this node image, pulled if it is missing; default: an official one if a registry answers, else one built here',
    )
    .option(
      '--with <name>',
      `also build the images of a built-in workload (${extraNames.join(', ')}); may be given again`,
      parseExtra,
    )
    .option('--dry-run', 'show the plan and change nothing')
    .option('-y, --yes', 'do not ask; implied where there is no terminal')
    .option('--json', 'print progress as JSON, one event a line; implies --yes')
    .addHelpText(
      'after',
      `
Stop it at any time and run it again: it continues where it stopped. To restore the host's settings: drill gc --host
Exit codes: 0 ready, 3 this machine cannot be set up (it says why), 130 interrupted

Examples:
  drill setup --dry-run
  drill setup --yes
  drill setup --with database        for drill run --workload database
  drill setup --node-image kindest/node:v1.36.4`,
    )
    .action(async (options: SetupOptions) => {
      using interrupt = onInterrupt({ fix: 'npx --no-install drill setup continues where it stopped' })
      const { signal } = interrupt
      const events = options.json && setupEvents((line) => console.log(line))
      const output = openSetupConsole()
      try {
        await setUp({
          ...(options.nodeImage === undefined ? {} : { nodeImage: options.nodeImage }),
          ...(options.with ? { extra: options.with } : {}),
          dryRun: options.dryRun ?? false,
          confirm: async () => (options.yes ?? options.json ?? !process.stdin.isTTY) || askOnTerminal(signal),
          say: (line) => (events ? events.said(line) : console.log(line)),
          progress: events ?? output,
          signal,
        })
      } finally {
        output.close()
      }
    })
}

function parseExtra(word: string, before: readonly ExtraName[] = []): readonly ExtraName[] {
  const name = extraNames.find((one) => one === word)
  if (name === undefined) throw new InvalidArgumentError(`Give ${extraNames.join(' or ')}.`)
  return before.includes(name) ? before : [...before, name]
}

async function askOnTerminal(signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  // Ctrl-D closes the input without an answer.
  const closed = once(terminal, 'close').then(() => '')
  try {
    const answer = await Promise.race([terminal.question('Do this? [y/N] ', { signal }), closed])
    return /^y(es)?$/i.test(answer.trim())
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    terminal.close()
  }
}
