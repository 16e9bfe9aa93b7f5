import { z } from 'zod'

export const hostSpeedSchema = z.object({
  referenceMs: z.number().describe('Processor time of a fixed piece of work on the reference host while it repairs'),
  baselineMs: z.number().nullable().describe('The same on this host in the baseline; the median of its samples'),
  recoveredMs: z.number().nullable().describe('The same from the repair’s start until the cluster was recovered'),
  othersShare: z
    .number()
    .nullable()
    .describe('Share of all cores that neither the repair nor drill had while it was repaired, and others did, 0 to 1'),
})
/** How fast this host was while it was repaired; null in it is what was not measured, and lets no budget grow. */
export type HostSpeed = z.infer<typeof hostSpeedSchema>

export const cpuPressureSummarySchema = z.object({
  source: z.string().describe('Where it was read, or why this kernel does not tell it'),
  samples: z.number().int().describe('One a second, until the probing ended'),
  median: z.number().nullable().describe('Share of a second in which a process waited for a core, 0 to 1'),
  max: z.number().nullable().describe('The same in the worst second'),
})
