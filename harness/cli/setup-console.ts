import type { BuildState, StageState } from '../host/node-image/build-monitor.ts'
import type { Progress } from '../host/setup/progress.ts'
import { bytes, clock, count, seconds } from '../model/format.ts'
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
  const elapsed = () => `${part.title}, ${clock(nowMs() - part.beganMs).trim()}${part.detail && `: ${part.detail}`}`
  return {
    begin(title) {
      Object.assign(part, { title, beganMs: nowMs(), detail: '' })
      live.print(title)
      live.show(elapsed)
    },
    note: (line) => live.print(`  ${line}`),
    detail(line) {
      part.detail = line.trim() || part.detail
      live.show(elapsed)
    },
    building(state) {
      const text = buildText(state)
      live.show(() => text)
    },
    end(result) {
      live.show(undefined)
      live.print(`  ${result} (${seconds(nowMs() - part.beganMs)})`)
    },
    close: () => live.close(),
  }
}

const seconds10 = 10_000

/** `about 6 min left; Kubernetes 1.36.4: 1 204 of 2 577 packages; root file system; 412 MB downloaded` */
export function buildText({ stages, downloadedBytes, elapsedMs, expectedMs }: BuildState): string {
  const leftMs = Math.max(0, expectedMs - elapsedMs)
  const left = leftMs < 60_000 ? `${Math.ceil(leftMs / seconds10) * 10} s` : `${Math.round(leftMs / 60_000)} min`
  const downloaded = downloadedBytes > 0 ? [`${bytes(downloadedBytes)} downloaded`] : []
  return [`about ${left} left`, ...stages.map(stageText), ...downloaded].join('; ')
}

function stageText({ title, packages }: StageState): string {
  if (!packages) return title
  if (packages.compiled >= packages.of) return `${title}: linking`
  return `${title}: ${count(packages.compiled)} of ${count(packages.of)} packages compiled`
}
