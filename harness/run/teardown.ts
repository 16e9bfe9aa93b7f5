import type { Journal } from '../model/journal.ts'
import type { Undo } from './environment-port.ts'

export interface Teardown {
  /** Registers an undo before the deed; the last one registered runs first. */
  register(what: string, undo: Undo): void
  /** Runs every undo once, whatever the others did; the answer names the ones that failed. */
  run(): Promise<readonly string[]>
}

export function teardownOf(journal: Journal): Teardown {
  const undos: { readonly what: string; readonly undo: Undo }[] = []
  return {
    register: (what, undo) => void undos.push({ what, undo }),
    async run() {
      const failures: string[] = []
      for (let next = undos.pop(); next; next = undos.pop()) {
        const { what, undo } = next
        try {
          await undo()
          journal.append({ type: 'undo.finished', what })
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error)
          journal.append({ type: 'undo.failed', what, message })
          failures.push(`${what}: ${message}`)
        }
      }
      return failures
    },
  }
}
