import type { Node } from '../../../lib/node.ts'

/** Runs a script on a machine, as its operator would, and returns what it prints. Rejects with CommandError. */
export async function shell(machine: Node, script: string, input?: string): Promise<string> {
  const options = { timeoutMs: 60_000, ...(input === undefined ? {} : { input }) }
  const { stdout } = await machine.exec(['bash', '-c', `set -euo pipefail\n${script}`], options)
  return stdout.trim()
}

export const linesOf = (text: string): string[] => text.split('\n').filter(Boolean)
