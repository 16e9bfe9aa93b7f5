import { z } from 'zod'
import type { JournalEvent } from '../model/journal.ts'
import { vantages } from '../model/probe-path.ts'
import { cpuPressureSummarySchema, type HostSpeed } from '../model/host-record.ts'
import { proberAtSchema, proberSchema } from '../model/prober-record.ts'
import type { RunRecord } from '../model/run-record.ts'

const measuredSchema = z.looseObject({
  when: z.enum(['baseline', 'recovered']),
  cpuMs: z.number().positive(),
  referenceMs: z.number().positive(),
})
const usedSchema = z.looseObject({
  cores: z.number().positive(),
  wallMs: z.number().positive(),
  repairMs: z.number(),
  othersMs: z.number().nullable(),
})

/** What the probers said of themselves last, by the events `prober.stopped`. */
export function proberIn(events: readonly JournalEvent[]): Pick<RunRecord, 'prober' | 'probers'> {
  const said = events.flatMap((event) => (event.type === 'prober.stopped' ? [event['prober']] : []))
  const probers = said.flatMap((one) => proberAtSchema.safeParse(one).data ?? [])
  const inOrder = vantages.flatMap((vantage) => probers.filter((one) => one.vantage === vantage))
  const prober = proberSchema.safeParse(inOrder[0] ?? said.at(-1)).data
  return { ...(prober ? { prober } : {}), ...(inOrder.length > 0 ? { probers: inOrder } : {}) }
}

/** How short of processor time the host was, by the event `host.pressure-measured`. */
export function pressureIn(events: readonly JournalEvent[]): Pick<RunRecord, 'cpuPressure'> {
  const cpuPressure = cpuPressureSummarySchema.safeParse(
    events.findLast(({ type }) => type === 'host.pressure-measured'),
  ).data
  return cpuPressure ? { cpuPressure } : {}
}

/** How fast the host was and what the repair used, by the events `host.measured` and `repair.cpu-used`. */
export function hostIn(events: readonly JournalEvent[]): Pick<RunRecord, 'hostSpeed' | 'cpuSeconds'> {
  const measured = events.flatMap((event) =>
    event.type === 'host.measured' ? (measuredSchema.safeParse(event).data ?? []) : [],
  )
  const at = (when: 'baseline' | 'recovered') => measured.find((one) => one.when === when)?.cpuMs ?? null
  const used = usedSchema.safeParse(events.find(({ type }) => type === 'repair.cpu-used')).data
  const hostSpeed: HostSpeed = {
    referenceMs: measured[0]?.referenceMs ?? 1,
    baselineMs: at('baseline'),
    recoveredMs: at('recovered'),
    othersShare: used?.othersMs == null ? null : Math.min(1, used.othersMs / (used.cores * used.wallMs)),
  }
  return { hostSpeed, cpuSeconds: used ? used.repairMs / 1000 : null }
}
