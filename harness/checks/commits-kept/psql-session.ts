import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { redact } from '../../store/redact.ts'
import type { CommitSession, Outcome } from './keep-ledger.ts'

const connectMs = 10_000
/** A statement that is not answered by then ends its session, as an application's own limit would. */
const answerMs = 5_000

/**
 * A session of psql, which reads statements from its standard input. It prints a line of ours once the server has answered, and ends when
 * it loses its connection. Rejects with what psql said where it does not connect.
 * @param command that runs psql, quiet and without a prompt
 */
export async function psqlSession(
  command: readonly [string, ...string[]],
  limits: { readonly connectMs?: number; readonly answerMs?: number } = {},
): Promise<CommitSession> {
  const [file, ...args] = command
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  let take: ((line: string | undefined) => void) | undefined
  let over = false
  const end = () => {
    over = true
    take?.(undefined)
  }
  child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)))
  // What it said comes with its end.
  child.stdin.on('error', () => undefined)
  child.on('error', end).on('close', end)
  createInterface({ input: child.stdout }).on('line', (line) => take?.(line))

  /** The next line; undefined where the session ended or none came in time. */
  const ask = (words: string, withinMs: number) =>
    new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(() => take?.(undefined), withinMs)
      take = (line) => {
        clearTimeout(timer)
        take = undefined
        resolve(line)
      }
      if (over) take(undefined)
      else child.stdin.write(words)
    })
  const close = () => {
    child.stdin.end()
    child.kill()
  }
  const problem = (withinMs: number) => {
    const words = redact(said.trim().split('\n').at(-1)?.trim() ?? '').slice(0, 200)
    return over ? words || 'the session ended' : `no answer within ${withinMs / 1000} s`
  }

  const { connectMs: toConnect = connectMs, answerMs: toAnswer = answerMs } = limits
  if ((await ask('\\echo connected\n', toConnect)) === undefined) {
    const why = problem(toConnect)
    close()
    throw new Error(why)
  }
  return {
    async commit(statement): Promise<Outcome> {
      const line = await ask(`${statement};\n\\echo :SQLSTATE :ROW_COUNT\n`, toAnswer)
      if (line === undefined) return { kind: 'broken', problem: problem(toAnswer) }
      const [state = '', rows = ''] = line.split(' ')
      if (state === '00000') return { kind: 'acknowledged', rows: Number(rows) }
      return { kind: 'refused', problem: `SQLSTATE ${state}` }
    },
    close,
  }
}
