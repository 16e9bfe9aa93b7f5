import { Argument, type Command } from 'commander'
import type { CompletionShell } from './scripts.ts'

const shells: readonly CompletionShell[] = ['bash', 'zsh', 'fish']

/** `drill completion`, and the hidden command that its scripts call. */
export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell that you use').choices(shells))
    .description('print a script that completes commands, options, scenarios, steps and runs in your shell')
    .addHelpText(
      'after',
      `
Examples:
  source <(drill completion bash)          in ~/.bashrc
  source <(drill completion zsh)           in ~/.zshrc, after compinit
  drill completion fish | source           in ~/.config/fish/config.fish`,
    )
    .action(async (shell: CompletionShell) => {
      const { completionScripts } = await import('./scripts.ts')
      process.stdout.write(completionScripts[shell])
    })

  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const [{ completionsOf }, { completionSources }] = await Promise.all([
        import('./completions.ts'),
        import('./sources.ts'),
      ])
      for (const { value, description } of await completionsOf(program, words, completionSources))
        console.log(`${value}\t${description}`)
    })
}
