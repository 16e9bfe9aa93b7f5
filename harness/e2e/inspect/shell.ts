/**
 * How the end-to-end tests inspect a machine: with the tools that an operator has there (openssl, etcdctl, crictl, kubectl),
 * by zx and the engine's own client. Nothing of lib/ is used, so that a fault of the library cannot hide itself.
 */
import type { StdioOptions } from 'node:child_process'
import { $, quote } from 'zx'

/** A machine of the cluster is a container with the name of its Node. */
export interface Named {
  readonly name: string
}

/**
 * Runs a bash script on a machine, as its operator would, and returns what it prints, trimmed. Rejects with zx's
 * ProcessOutput, whose message has the exit code and standard error, when a command of it fails or after 60 s.
 */
export async function shell({ name }: Named, script: string, input = ''): Promise<string> {
  // Without an input there is no pipe: zx writes an empty one too, which ends this process where the command has ended first (EPIPE).
  const stdin = input === '' ? { stdio: ['ignore', 'pipe', 'pipe'] as StdioOptions } : { input: Buffer.from(input) }
  const run = $({ ...stdin, quiet: true, timeout: '60s' })
  const { stdout } = await run`docker exec --privileged --interactive ${name} bash -c ${`set -euo pipefail\n${script}`}`
  return stdout.trim()
}

/** `` on(machine)`…` `` is shell with values that are quoted: an array as many words as it has elements. */
export const on =
  (machine: Named, input?: string) =>
  (pieces: TemplateStringsArray, ...values: readonly (string | readonly string[])[]): Promise<string> =>
    shell(machine, String.raw(pieces, ...values.map((value) => [value].flat().map(quote).join(' '))), input)

export const linesOf = (text: string): string[] => text.split('\n').filter(Boolean)

/** Lines of `NAME SAID`, by name. */
export const byName = (lines: string): Record<string, string> =>
  Object.fromEntries(linesOf(lines).map((line) => [line.split(' ')[0] ?? '', line.slice(line.indexOf(' ') + 1)]))
