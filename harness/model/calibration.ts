import { z } from 'zod'
import { targetFaults } from './calibration-plan.ts'

const targetFaultSchema = z.enum(targetFaults)

/** Between which two moments something happened, milliseconds since the run began. */
const edgeSchema = z.object({ afterMs: z.number(), beforeMs: z.number() })

/** What the target notes of a pulse, by CLOCK_MONOTONIC. */
export const truePulseSchema = z.object({
  fault: targetFaultSchema,
  lengthMs: z.number().describe('As it was planned'),
  begin: edgeSchema,
  end: edgeSchema,
  lagMs: z.number().describe('The longest time around the pulse in which the target took up no request'),
})
export type TruePulse = z.infer<typeof truePulseSchema>

/** evidence/calibration-<round>.json */
export const calibrationRoundSchema = z.object({ round: z.string(), pulses: z.array(truePulseSchema) })
export type CalibrationRound = z.infer<typeof calibrationRoundSchema>

/** In run.json: a pulse as it was, and as the prober measured it. */
export const pulseSchema = z.object({
  round: z.string().describe('baseline or settled'),
  path: z.string(),
  fault: targetFaultSchema,
  atMs: z.number().describe('Since the run began'),
  truth: z.object({ lowerMs: z.number(), upperMs: z.number() }).describe('Its length, by the target’s own clock'),
  measured: z.object({
    samples: z.number().int().describe('That failed'),
    lowerMs: z.number(),
    pointMs: z.number(),
    upperMs: z.number(),
    longestGapMs: z.number().nullable(),
    errors: z.array(z.string()),
  }),
  slackMs: z.number().describe('How late prober and target were around it: so much may be between truth and figures'),
  verdict: z
    .enum(['seen', 'between', 'unmeasured', 'wrong'])
    .describe(
      'seen: measured within its bounds; between: so short that no sample fell into it; unmeasured: prober or target were too late to say; wrong: missed, or out of its bounds',
    ),
  reason: z.string().describe('Why it is not seen; empty where it is'),
})
export type Pulse = z.infer<typeof pulseSchema>
