import { CommandError } from '../engine/errors.ts'
import type { CommandResult, ExecOptions, Node, NodeRole } from '../node.ts'
import type { RecoveryEvent } from '../engine/recovery-event.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { secretsIn } from './secrets.ts'

/** One command that a fake machine was given: the title of its script, and all of it. */
export interface FakeCommand {
  readonly title: string
  readonly script: string
  readonly options: ExecOptions
}

/**
 * What a machine answers to the script of a title: its standard output, or an error's text. A function sees the
 * command.
 */
export type Answer = string | Error | ((command: FakeCommand) => string | Promise<string>)

export interface FakeNode extends Node {
  readonly commands: readonly FakeCommand[]
  readonly files: Map<string, string>
}

/**
 * A machine that answers scripts by their titles. A title that ends in `*` stands for all that begin so. A script
 * without an answer fails, so that no test passes because a question went unnoticed; and so does one whose answer holds a secret,
 * because none may leave a machine.
 * @param printsSecrets for a repair that is not the library's
 */
export function fakeNode(
  name: string,
  role: NodeRole,
  answers: Readonly<Record<string, Answer>>,
  { printsSecrets = false } = {},
): FakeNode {
  const commands: FakeCommand[] = []
  const files = new Map<string, string>()
  const fail = (argv: readonly string[], stderr: string): never => {
    throw new CommandError(name, { argv, exitCode: 1, stdout: '', stderr, durationMs: 0 })
  }
  return {
    name,
    role,
    commands,
    files,
    async exec(argv, options = {}): Promise<CommandResult> {
      const script = argv[2] ?? ''
      const command = { title: /^# (.*)/.exec(script)?.[1] ?? argv.join(' '), script, options }
      commands.push(command)
      const known = Object.keys(answers).find((title) => matches(title, command.title))
      const answer = known === undefined ? fail(argv, `${name} has no answer to: ${command.title}`) : answers[known]
      if (answer instanceof Error) return fail(argv, answer.message)
      const stdout = typeof answer === 'function' ? await answer(command) : (answer ?? '')
      const [secret] = printsSecrets ? [] : secretsIn(stdout)
      if (secret !== undefined) throw new Error(`"${command.title}" lets a ${secret} leave ${name}`)
      return { argv, exitCode: 0, stdout, stderr: '', durationMs: 1 }
    },
    async readFile(path) {
      return Buffer.from(files.get(path) ?? fail(['cat', path], `no such file: ${path}`))
    },
    async writeFile(path, data) {
      files.set(path, Buffer.from(data).toString())
    },
  }
}

function matches(known: string, title: string): boolean {
  return known.endsWith('*') ? title.startsWith(known.slice(0, -1)) : known === title
}

/** What scripts answer with `… | emit NAME`. */
export function facts(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}\n`)
    .join('')
}

/** What scripts answer with `get_raw PATH… | emit objects`. */
export function apiAnswer(...objects: readonly object[]): string {
  return facts({ objects: objects.map((object) => JSON.stringify(object)).join('\n') })
}

/** A context for steps, with the events that they emit. */
export function fakeContext(
  nodes: readonly Node[],
  kubeadmConfig: string,
): RecoveryContext & { readonly events: RecoveryEvent[] } {
  const events: RecoveryEvent[] = []
  return {
    inventory: {
      controlPlanes: nodes.filter(({ role }) => role === 'control-plane'),
      workers: nodes.filter(({ role }) => role === 'worker'),
      kubeadmConfig,
    },
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    events,
  }
}

/** The same of a machine's files, whose private keys show their public halves (print_halves). */
export function filesShown(values: Readonly<Record<string, string>>): string {
  const [keys, others] = [true, false].map((isKey) =>
    Object.entries(values).filter(([name]) => isKey === (name.endsWith('.key') && !name.startsWith('there:'))),
  )
  const halves = (keys ?? []).map(([name, pem]) => `${name} pem ${Buffer.from(pem).toString('base64')}\n`)
  return facts({ ...Object.fromEntries(others ?? []), halves: halves.join('') })
}
