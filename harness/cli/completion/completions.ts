import type { Command, Option } from 'commander'

/** A word that fits where the cursor is. */
export interface Completion {
  readonly value: string
  /** Shown beside it by zsh and fish; may be empty. */
  readonly description: string
}

/** Where the values of arguments and options come from that the commands do not list themselves. */
export interface CompletionSources {
  scenarios(): Promise<readonly Completion[]>
  steps(): Promise<readonly Completion[]>
  runs(): Promise<readonly Completion[]>
  clusters(): Promise<readonly Completion[]>
  recoveries(): Promise<readonly Completion[]>
  matrices(): Promise<readonly Completion[]>
}

const byArgument: Readonly<Record<string, keyof CompletionSources>> = {
  scenario: 'scenarios',
  run: 'runs',
  before: 'runs',
  after: 'runs',
}
const byOption: Readonly<Record<string, keyof CompletionSources>> = {
  '--interrupt-after': 'steps',
  '--interrupt-in': 'steps',
  '--cluster': 'clusters',
  '--recovery': 'recoveries',
  '--matrix': 'matrices',
}

/**
 * What can stand in the place of the last word of a command line, which may be empty; `words` begin after `drill`. Nothing where the
 * value is free or a file: the shell then offers files.
 */
export async function completionsOf(
  program: Command,
  words: readonly string[],
  sources: CompletionSources,
): Promise<readonly Completion[]> {
  // bash makes a word of its own of the = in --option=value.
  const given = words.filter((word, index) => word !== '=' || index === words.length - 1)
  const last = given.at(-1) === '=' ? '' : (given.at(-1) ?? '')
  const [assigned, flag = '', value = ''] = /^(--[\w-]+)=(.*)$/.exec(last) ?? []
  const found = await candidates(
    program,
    [...given.slice(0, -1), ...(assigned ? [flag] : []), assigned ? value : last],
    sources,
  )
  const prefix = assigned ? `${flag}=` : ''
  return found.map((one) => ({ ...one, value: `${prefix}${one.value}` })).filter((one) => one.value.startsWith(last))
}

async function candidates(
  program: Command,
  words: readonly string[],
  sources: CompletionSources,
): Promise<readonly Completion[]> {
  const [name = '', ...rest] = words
  const last = words.at(-1) ?? ''
  if (rest.length === 0) return last.startsWith('-') ? optionsOf(program) : commandsOf(program)
  const command = program.commands.find((one) => one.name() === name)
  if (!command) return []
  const options = command.options
  const taking = options.find((option) => takesValue(option) && isFlag(option, rest.at(-2)))
  if (taking) return valuesOf(taking, sources)
  if (last.startsWith('-')) return optionsOf(command)
  return argumentsOf(command, rest.slice(0, -1), sources)
}

/** Values of the argument that comes after the words, options and their values left out. */
async function argumentsOf(
  { options, registeredArguments }: Command,
  before: readonly string[],
  sources: CompletionSources,
): Promise<readonly Completion[]> {
  const isValue = (index: number) => options.some((option) => takesValue(option) && isFlag(option, before[index - 1]))
  const given = before.filter((word, index) => !word.startsWith('-') && !isValue(index))
  const argument = registeredArguments[given.length]
  if (argument?.argChoices) return argument.argChoices.map(plain)
  const source = byArgument[argument?.name() ?? '']
  return source ? sources[source]() : []
}

const takesValue = (option: Option) => option.required || option.optional
const isFlag = ({ long, short }: Option, word: string | undefined) =>
  word !== undefined && (word === long || word === short)
const plain = (value: string): Completion => ({ value, description: '' })

async function valuesOf(option: Option, sources: CompletionSources): Promise<readonly Completion[]> {
  if (option.argChoices) return option.argChoices.map(plain)
  const source = byOption[option.long ?? '']
  return source ? sources[source]() : []
}

function commandsOf(program: Command): readonly Completion[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({ value: command.name(), description: command.description() }))
}

function optionsOf(command: Command): readonly Completion[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ value: long, description }] : []))
}
