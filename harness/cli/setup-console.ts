import { clock, seconds } from '../model/format.ts'
import type { Progress } from '../host/setup/progress.ts'
import { openLiveLine, type LiveLineOptions } from './live-line.ts'

export interface SetupConsoleOptions extends Pick<LiveLineOptions, 'stream' | 'quietMs'> {
  readonly nowMs?: () => number
}

/** Setup's progress for people: a line for what begins and ends, and between them what happens right now. */
export function openSetupConsole(options: SetupConsoleOptions = {}): Progress & { close(): void } {
  const { nowMs = () => performance.now(), quietMs = 30_000, stream } = options
  const startedMs = nowMs()
  const live = openLiveLine({ stream, quietMs, elapsedMs: () => nowMs() - startedMs })
  const part = { title: '', beganMs: 0, detail: '' }
  const now = () => `${part.title}, ${clock(nowMs() - part.beganMs).trim()}${part.detail && `: ${part.detail}`}`
  return {
    begin(title) {
      Object.assign(part, { title, beganMs: nowMs(), detail: '' })
      live.print(title)
      live.show(now)
    },
    note: (line) => live.print(`  ${line}`),
    detail(line) {
      part.detail = line.trim() || part.detail
      live.show(now)
    },
    end(result) {
      live.show(undefined)
      live.print(`  ${result} (${seconds(nowMs() - part.beganMs)})`)
    },
    close: () => live.close(),
  }
}
