import { Option, type Command } from 'commander'
import { recoveryChoices, type RecoveryOptions } from '../../lib/engine/options.ts'

const texts: Readonly<Record<keyof RecoveryOptions, string>> = {
  distribution: 'how the CAs get to the other control planes',
  kubelets: 'how kubelets get their client certificates',
  controllers: 'how the controller manager is kept from evicting pods until every Node is Ready',
  clients: 'how pods that still use the old CA or token are restarted',
  tokens: 'when tokens of a lost service-account key that is still accepted are reissued',
  compromised: 'what is replaced at once because somebody else may have it; its tokens are rejected then',
  externalCa: 'whether CAs whose keys are on no control plane are external, so that nothing is signed in their place',
}

/** The options of the repair as a command line gives them. */
export interface RecoveryFlags extends RecoveryOptions {
  /** Short for `--tokens lazy`. */
  readonly lazy?: true
}

/** Adds the options of the repair to a command; of each the first value is the default. */
export function addRecoveryOptions(command: Command): Command {
  for (const name of Object.keys(texts) as (keyof RecoveryOptions)[]) {
    const values = recoveryChoices[name]
    command.addOption(new Option(`--${flagName(name)} <way>`, texts[name]).choices(values).default(values[0]))
  }
  return command.option('--lazy', 'short for --tokens lazy')
}

/** As on the command line: `externalCa` is `--external-ca`. */
const flagName = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** The options of the repair alone. Commander sets the defaults. */
export function recoveryOptionsOf(flags: RecoveryFlags): RecoveryOptions {
  const { distribution, kubelets, controllers, clients, compromised, externalCa, lazy } = flags
  return { distribution, kubelets, controllers, clients, tokens: lazy ? 'lazy' : flags.tokens, compromised, externalCa }
}
