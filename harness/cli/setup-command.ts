import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { onInterrupt } from '../host/process/interrupts.ts'
import { setUp } from '../host/setup/setup.ts'
import { openSetupConsole } from './setup-console.ts'

interface SetupOptions {
  readonly nodeImage?: string
  readonly dryRun?: true
  readonly yes?: true
}

export function registerSetup(program: Command): void {
  program
    .command('setup')
    .description(
      'bring what a drill needs to this machine: engine, settings, kind, images; says beforehand what it will do',
    )
    .option(
      '--node-image <ref>',
      'use this node image, pulled if need be; default: an official one if it can be had, else one built here',
    )
    .option('--dry-run', 'show what it would do, and do nothing')
    .option('-y, --yes', 'do not ask; implied where there is no terminal')
    .addHelpText(
      'after',
      `
It can be cut at any time and run again: it goes on where it was. Settings of the host go back with: drill gc --host
Exit codes: 0 everything is there, 3 this machine cannot be mended (it says why), 130 interrupted

Examples:
  drill setup --dry-run
  drill setup --yes
  drill setup --node-image kindest/node:v1.36.4`,
    )
    .action(async (options: SetupOptions) => {
      using interrupt = onInterrupt({ fix: 'npx --no-install drill setup continues where it stopped' })
      const { signal } = interrupt
      const progress = openSetupConsole()
      try {
        await setUp({
          ...(options.nodeImage === undefined ? {} : { nodeImage: options.nodeImage }),
          dryRun: options.dryRun ?? false,
          confirm: async () => options.yes === true || !process.stdin.isTTY || askOnTerminal(signal),
          say: (line) => {
            console.log(line)
          },
          progress,
          signal,
        })
      } finally {
        progress.close()
      }
    })
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
