import { availableParallelism } from 'node:os'
import { type CpuReading, cpuBetween } from '../host/cpu-seconds.ts'
import type { DrillContext } from '../model/context.ts'
import { errorChain } from '../model/errors.ts'
import type { Journal } from '../model/journal.ts'
import { spreadOf } from '../model/statistics.ts'
import { evidenceStore } from '../store/run-directory.ts'
import type { DrillEnvironment, RunningProbes } from './environment-port.ts'

/**
 * Begins to measure the speed of this host. Gives what ends that, and puts it on the journal. That it cannot be had is an event
 * too: budgets do not grow then.
 */
export function measureHost(
  ports: Pick<DrillEnvironment, 'measureHostSpeed'>,
  { journal, signal }: DrillContext,
  when: 'baseline' | 'recovered',
): () => Promise<void> {
  const over = new AbortController()
  const measured = ports.measureHostSpeed(AbortSignal.any([signal, over.signal])).then(
    (speed) => ({ type: 'host.measured', when, ...speed }),
    (error: unknown) => ({ type: 'host.not-measured', when, chain: errorChain(error) }),
  )
  return async () => {
    over.abort()
    journal.append(await measured)
  }
}

/** Begins to sample how short of processor time this host is. Gives what ends that, and stores evidence `cpu-pressure`. */
export function watchPressure(
  ports: Pick<DrillEnvironment, 'watchCpuPressure'>,
  runDir: string,
  journal: Journal,
): () => Promise<void> {
  const end = ports.watchCpuPressure(() => journal.nowMs())
  return async () => {
    const seen = end()
    await evidenceStore(runDir).write('cpu-pressure', seen)
    const waiting = spreadOf(seen.samples.map((sample) => sample.waiting))
    const [median, max] = [waiting?.median ?? null, waiting?.max ?? null]
    journal.append({ type: 'host.pressure-measured', source: seen.source, samples: seen.samples.length, median, max })
  }
}

/** The processor time used so far; undefined, and an event, when it cannot be had. */
export async function cpuNow(
  ports: Pick<DrillEnvironment, 'readCpu'>,
  context: DrillContext,
  probes: RunningProbes,
): Promise<CpuReading | undefined> {
  try {
    return await ports.readCpu(context, probes)
  } catch (error) {
    context.signal.throwIfAborted()
    context.journal.append({ type: 'cpu.not-read', chain: errorChain(error) })
    return undefined
  }
}

/** Puts on the journal what the repair used, and what others had meanwhile. */
export function noteCpuUsed({ journal }: DrillContext, from: CpuReading | undefined, to: CpuReading | undefined): void {
  if (from && to) journal.append({ type: 'repair.cpu-used', cores: availableParallelism(), ...cpuBetween(from, to) })
}
