import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { hostCommand } from './process/host-command.ts'

/** All cores together do so much; each does its part. Some 1.3 s of processor time on the reference host. */
const iterations = 2_400_000
const timeoutMs = 120_000

/**
 * Processor time of one core's part on the reference host: two cores of an AMD EPYC (virtual, one thread a core), left alone.
 * By processor time, neighbours hardly count. To calibrate again: run `measureHostSpeed` ten times on a quiet host with two
 * cores, and take the median of `cpuMs`.
 */
export const referenceMs = 640

/** How long one core's part took, on the slowest core. */
export interface SpeedMeasurement {
  readonly cores: number
  /** Processor time. */
  readonly cpuMs: number
  /** By the clock: as much longer as others had the cores. */
  readonly wallMs: number
  readonly referenceMs: number
}

/** The least favoured process of its kind, so that probers and the cluster do not wait for it; that does not change its processor time. */
const program = `
const { pbkdf2Sync } = require('node:crypto')
require('node:os').setPriority(19)
const [before, startedMs] = [process.cpuUsage(), performance.now()]
pbkdf2Sync('drill', 'drill', Number(process.argv[1]), 32, 'sha512')
const { user, system } = process.cpuUsage(before)
console.log(JSON.stringify({ cpuMs: (user + system) / 1000, wallMs: performance.now() - startedMs }))
`
const answerSchema = z.object({ cpuMs: z.number(), wallMs: z.number() })

/** Times a fixed piece of work on all cores at once, in a process for each. Rejects when one of them cannot do it within 2 min. */
export async function measureHostSpeed(signal?: AbortSignal): Promise<SpeedMeasurement> {
  const cores = availableParallelism()
  const argv = [process.execPath, '--eval', program, String(Math.round(iterations / cores))] as const
  const timed = await Promise.all(
    Array.from({ length: cores }, async () => {
      const { exitCode, stdout, stderr } = await hostCommand(argv, { timeoutMs, ...(signal ? { signal } : {}) })
      signal?.throwIfAborted()
      if (exitCode !== 0)
        throw new Error(`the speed of this host was not measured: ${stderr.trim() || `exit code ${exitCode}`}`)
      return answerSchema.parse(JSON.parse(stdout))
    }),
  )
  const slowest = (of: 'cpuMs' | 'wallMs') => Math.max(...timed.map((one) => one[of]))
  return { cores, cpuMs: slowest('cpuMs'), wallMs: slowest('wallMs'), referenceMs }
}
