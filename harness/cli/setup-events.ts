import type { Progress } from '../host/setup/progress.ts'

/** How often the state of a build is worth an event. */
const buildingEveryMs = 5_000

/** Setup's progress as one JSON document a line, for programs: `write` gets each without the line feed. */
export function setupEvents(
  write: (line: string) => void,
  nowMs: () => number = () => performance.now(),
): Progress & { said(line: string): void } {
  const startedMs = nowMs()
  let builtMs = -Infinity
  const event = (type: string, fields: object) =>
    write(JSON.stringify({ type: `setup.${type}`, atMs: Math.round(nowMs() - startedMs), ...fields }))
  return {
    said: (line) => event('said', { line }),
    begin: (title) => event('part-started', { title }),
    note: (line) => event('note', { line }),
    detail: (line) => event('detail', { line }),
    building(state) {
      if (nowMs() - builtMs < buildingEveryMs) return
      builtMs = nowMs()
      const { elapsedMs, expectedMs } = state
      event('building', { ...state, elapsedMs: Math.round(elapsedMs), expectedMs: Math.round(expectedMs) })
    },
    end: (result) => event('part-ended', { result }),
  }
}
