import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { busyMs } from './cpu-seconds.ts'

export const cpuPressureSchema = z.object({
  source: z.string().describe('Where the waiting was read, or why this kernel does not tell it'),
  cores: z.number().int(),
  samples: z.array(
    z.object({
      atMs: z.number().describe('End of the second, since the run began'),
      overMs: z.number().describe('Its length as it was'),
      waiting: z
        .number()
        .nullable()
        .describe(
          'Share of it in which at least one process waited for a core, 0 to 1; null: the kernel does not tell',
        ),
      busy: z.number().nullable().describe('Share of the time of all cores that anybody used, steal included, 0 to 1'),
    }),
  ),
})
/** How short of processor time the host was, second by second: evidence `cpu-pressure`. */
export type CpuPressure = z.infer<typeof cpuPressureSchema>

const pressureFile = '/proc/pressure/cpu'
const intervalMs = 1000

interface Totals {
  readonly atMs: number
  readonly waitingMs: number | null
  readonly busyMs: number | null
}

/**
 * Reads two small files of the kernel once a second, and gives what ends that and hands over the samples. Does not keep the process
 * alive.
 * @param nowMs the run's clock
 */
export function watchCpuPressure(nowMs: () => number): () => CpuPressure {
  const readNow = (): Totals => ({
    atMs: nowMs(),
    waitingMs: waitingMs(textOf(pressureFile).text),
    busyMs: busyMs(textOf('/proc/stat').text),
  })
  const cores = availableParallelism()
  const samples: CpuPressure['samples'] = []
  let before = readNow()
  const timer = setInterval(() => {
    const now = readNow()
    samples.push(sampleOf(before, now, cores))
    before = now
  }, intervalMs)
  timer.unref()
  return () => {
    clearInterval(timer)
    return { source: sourceOf(), cores, samples }
  }
}

/** Pure: the shares of the time between two readings. */
export function sampleOf(before: Totals, now: Totals, cores: number): CpuPressure['samples'][number] {
  const overMs = now.atMs - before.atMs
  const share = (from: number | null, to: number | null, ofMs: number) =>
    from === null || to === null || ofMs <= 0 ? null : Number(Math.min(1, Math.max(0, (to - from) / ofMs)).toFixed(4))
  return {
    atMs: now.atMs,
    overMs,
    waiting: share(before.waitingMs, now.waitingMs, overMs),
    busy: share(before.busyMs, now.busyMs, overMs * cores),
  }
}

/**
 * Pure: for how long since the kernel started at least one process waited; null where the text does not tell.
 * https://docs.kernel.org/accounting/psi.html
 */
export function waitingMs(pressure: string): number | null {
  const totalUs = /^some .*\btotal=(\d+)$/m.exec(pressure)?.[1]
  return totalUs === undefined ? null : Number(totalUs) / 1000
}

function sourceOf(): string {
  const { text, error } = textOf(pressureFile)
  if (waitingMs(text) !== null) return pressureFile
  return `not told by this kernel: ${error ?? `${pressureFile} has no line "some"`}`
}

function textOf(path: string): { readonly text: string; readonly error?: string } {
  try {
    return { text: readFileSync(path, 'utf8') }
  } catch (error) {
    return { text: '', error: error instanceof Error ? error.message : String(error) }
  }
}
