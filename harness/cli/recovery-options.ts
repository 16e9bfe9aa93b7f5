import { InvalidArgumentError, Option, type Command } from 'commander'
import { recoveryChoices, replaceableCas, type RecoveryOptions, type ReplaceableCa } from '../../lib/engine/options.ts'

const texts: Readonly<Record<keyof typeof recoveryChoices, string>> = {
  distribution: 'how the CAs get to the other control planes',
  kubelets: 'how kubelets get their client certificates',
  controllers: 'how the controller manager is kept from evicting pods until every Node is Ready',
  clients: 'how pods that still use the old CA or token are restarted',
  tokens: 'when tokens of a lost service-account key that is still accepted are reissued',
  compromised: 'what is replaced at once because somebody else may have it; its tokens are rejected then',
  externalCa: 'whether CAs whose keys are on no control plane are external, so that nothing is signed in their place',
}

/** With it a wait of two minutes takes more than three hours. */
const longestFactor = 100

/** The options of the repair as a command line gives them. */
export interface RecoveryFlags extends RecoveryOptions {
  /** Short for `--tokens lazy`. */
  readonly lazy?: true
}

/** Adds the options of the repair to a command; of each the first value is the default. */
export function addRecoveryOptions(command: Command): Command {
  for (const name of Object.keys(texts) as (keyof typeof recoveryChoices)[]) {
    const values = recoveryChoices[name]
    command.addOption(new Option(`--${flagName(name)} <way>`, texts[name]).choices(values).default(values[0]))
  }
  return command
    .addOption(
      new Option(
        '--replace <cas>',
        `the CAs that are replaced by your word although they are in use, because the key is gone, the certificate has expired or control planes differ: ${replaceableCas.join(', ')}; several with commas, or given again`,
      )
        .argParser(parseReplace)
        .default([], 'none'),
    )
    .option('--lazy', 'short for --tokens lazy')
    .addOption(
      new Option(
        '--timeout-factor <n>',
        'how many times as long as usual the repair waits before it gives anything up, on slow machines; by itself it grows with the number of machines',
      )
        .argParser(parseFactor)
        .default(1),
    )
}

const isReplaceable = (name: string): name is ReplaceableCa => replaceableCas.some((known) => known === name)

/** One value of `--replace`, added to those before it, each once. Throws InvalidArgumentError for what is no such CA. */
function parseReplace(value: string, before: readonly ReplaceableCa[]): readonly ReplaceableCa[] {
  const names = value.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !isReplaceable(name))
  if (unknown !== undefined)
    throw new InvalidArgumentError(`${unknown || 'nothing'} is no such CA: use ${replaceableCas.join(', ')}.`)
  return [...new Set([...before, ...names.filter(isReplaceable)])]
}

/** Throws InvalidArgumentError for what is no factor. */
function parseFactor(value: string): number {
  const factor = Number(value)
  if (!(factor > 0 && factor <= longestFactor))
    throw new InvalidArgumentError(`Use a number above 0, up to ${longestFactor}.`)
  return factor
}

/** As on the command line: `externalCa` is `--external-ca`. */
const flagName = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** The options of the repair alone. Commander sets the defaults. */
export function recoveryOptionsOf(flags: RecoveryFlags): RecoveryOptions {
  const { distribution, kubelets, controllers, clients, compromised, externalCa, replace, timeoutFactor, lazy } = flags
  const tokens = lazy ? 'lazy' : flags.tokens
  return { distribution, kubelets, controllers, clients, tokens, compromised, externalCa, replace, timeoutFactor }
}
