import { z } from 'zod'
import { vantages } from './probe-path.ts'

/** What the prober itself took and how it fared, as it wrote last. */
export const proberSchema = z.object({
  atMs: z.number().describe('Since the run began'),
  cpuMs: z.number().describe('Processor time of its process since it was started'),
  cpuShare: z.number().describe('Of one core, 0 to 1'),
  stalls: z.number().int().describe('How often it was held up for over 50 ms'),
  stalledMs: z.number().describe('For how long in all'),
})

/** One of several probers. */
export const proberAtSchema = proberSchema.extend({
  vantage: z.enum(vantages).describe('Where it stood'),
  scheduling: z.string().describe('Its scheduling class, as it read it itself'),
  samplesPerSecond: z.number().describe('That it sent, calibration included'),
  worstLagMs: z.number().describe('How late it sent one, at most'),
})
export type ProberAt = z.infer<typeof proberAtSchema>
