import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { CommandError } from '../../lib/engine/errors.ts'
import type { CommandResult } from '../../lib/node.ts'
import type { Journal } from '../model/journal.ts'
import type { Machine } from '../model/cluster.ts'
import { redactedJson } from './redact.ts'

const keptCharacters = 64 * 1024

/**
 * The machine, with every command on the record: one line in `commandsFile` (argv, exit code and, of commands that are declared public,
 * the output without secrets) and a short event on the journal. Files read and written are recorded by path and size.
 * @param leaving the kinds of secret that must not be in an output, recorded or not; for a repair, whose outputs leave the machine
 */
export function recordedNode(
  machine: Machine,
  commandsFile: string,
  journal: Journal,
  leaving: (output: string) => readonly string[] = () => [],
): Machine {
  mkdirSync(dirname(commandsFile), { recursive: true })
  const record = (
    entry: Omit<CommandResult, 'durationMs'> & { durationMs: number; startedMs: number; isPublic: boolean },
  ) => {
    const { argv, exitCode, durationMs, startedMs, isPublic } = entry
    const [stdout, stderr] = isPublic ? [entry.stdout, entry.stderr].map(shortened) : ['[withheld]', '[withheld]']
    const left = leaving(`${entry.stdout}\n${entry.stderr}`)
    const line = {
      ...{ atMs: startedMs, argv, exitCode, durationMs: Math.round(durationMs), stdout, stderr },
      ...(left.length > 0 ? { left } : {}),
    }
    appendFileSync(commandsFile, `${redactedJson(line)}\n`)
    const command = firstLine(argv)
    journal.append({
      type: 'command.finished',
      node: machine.name,
      command,
      exitCode,
      durationMs: Math.round(durationMs),
    })
  }
  const recorded = async <T>(argv: readonly string[], isPublic: boolean, run: () => Promise<T>): Promise<T> => {
    const startedMs = journal.nowMs()
    try {
      const result = await run()
      const read = Buffer.isBuffer(result) ? result.toString('latin1') : ''
      const seen = isResult(result) ? result : { exitCode: 0, stdout: read, stderr: '' }
      record({ ...seen, argv, isPublic, startedMs, durationMs: journal.nowMs() - startedMs })
      return result
    } catch (error) {
      const seen = error instanceof CommandError ? error.result : { exitCode: -1, stdout: '', stderr: String(error) }
      record({ ...seen, argv, isPublic, startedMs, durationMs: journal.nowMs() - startedMs })
      throw error
    }
  }
  return {
    ...machine,
    exec: (argv, options) => recorded(argv, options?.public ?? false, () => machine.exec(argv, options)),
    readFile: (path) => recorded(['read-file', path], false, () => machine.readFile(path)),
    writeFile: (path, data, mode) =>
      recorded(['write-file', path, `${Buffer.byteLength(data)} bytes`], false, () =>
        machine.writeFile(path, data, mode),
      ),
  }
}

const isResult = (value: unknown): value is CommandResult =>
  typeof value === 'object' && value !== null && 'exitCode' in value

const shortened = (text: string) =>
  text.length <= keptCharacters
    ? text
    : `${text.slice(0, keptCharacters)}\n[${text.length - keptCharacters} characters omitted]`

function firstLine(argv: readonly string[]): string {
  const text = argv.join(' ').trim()
  const [line = ''] = text.split('\n')
  return line.length === text.length && line.length <= 160 ? line : `${line.slice(0, 160)} …`
}
