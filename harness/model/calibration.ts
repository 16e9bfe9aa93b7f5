import { z } from 'zod'
import type { ProbePath } from './probe-path.ts'

/** The faults that the calibration target puts on. */
export const targetFaults = ['refuse', 'reset', 'drop', 'freeze', 'wrong-body', 'cut-body', 'latency'] as const
export const targetFaultSchema = z.enum(targetFaults)
export type TargetFault = z.infer<typeof targetFaultSchema>

/** What each does to every request that the target takes up while it lasts. */
export const faultTitles: Readonly<Record<TargetFault, string>> = {
  refuse: 'nothing listens; open connections are reset',
  reset: 'every connection is reset',
  drop: 'requests are swallowed, and never answered',
  freeze: 'requests are held, and answered when it ends',
  'wrong-body': 'answers are not what was asked for',
  'cut-body': 'answers break off in the middle',
  latency: 'answers come after the deadline',
}

/** A fault of a known length. */
export interface PlannedPulse {
  readonly fault: TargetFault
  readonly lengthMs: number
}

/** Between which two moments something happened, milliseconds since the run began. */
const edgeSchema = z.object({ afterMs: z.number(), beforeMs: z.number() })

/** What the target notes of a pulse, by CLOCK_MONOTONIC. */
export const truePulseSchema = z.object({
  fault: targetFaultSchema,
  lengthMs: z.number().describe('As it was planned'),
  begin: edgeSchema,
  end: edgeSchema,
  lagMs: z.number().describe('How late the target itself was at most, around the pulse'),
})
export type TruePulse = z.infer<typeof truePulseSchema>

/** evidence/calibration-<round>.json */
export const calibrationRoundSchema = z.object({ round: z.string(), pulses: z.array(truePulseSchema) })
export type CalibrationRound = z.infer<typeof calibrationRoundSchema>

/** The rounds of a drill: in its baseline, and when the cluster has recovered. */
export const calibrationRounds = ['baseline', 'settled'] as const
export type CalibrationRoundId = (typeof calibrationRounds)[number]

/** As they read in a sentence. */
export const roundTitles: Readonly<Record<string, string>> = { baseline: 'before the fault', settled: 'at the end' }

/** The name of a round's evidence. */
export const calibrationEvidence = (round: CalibrationRoundId): string => `calibration-${round}`

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

/** The paths of a prober to its calibration target. */
export const calibrationPaths: readonly Pick<ProbePath, 'id' | 'title' | 'connection'>[] = [
  { id: 'calibration-new', title: 'Calibration target, new connections', connection: 'new' },
  { id: 'calibration-reused', title: 'Calibration target, one reused connection', connection: 'reused' },
]

/** Its samples belong to the instrument, and to no figure of the workload. */
export const isCalibrationPath = ({ id }: { readonly id: string }): boolean => id.startsWith('calibration-')

/** Below twice the interval a pulse may fall between two samples. */
export const surelySeen = (intervalMs: number): number => 2 * intervalMs

/**
 * The pulses of one round of a drill: every fault with half an interval, with the shortest length that is seen for sure, and with
 * a longer one; what needs the deadline to be seen also beyond it. Some 7 s.
 */
export function roundOfDrill(intervalMs: number, deadlineMs: number): readonly PlannedPulse[] {
  const short = [intervalMs / 2, surelySeen(intervalMs), 5 * intervalMs]
  return targetFaults.flatMap((fault) =>
    [...short, ...(needsDeadline(fault) ? [deadlineMs + 2 * intervalMs] : [])].map((lengthMs) => ({ fault, lengthMs })),
  )
}

/** What fails only because no answer comes in time. */
export const needsDeadline = (fault: TargetFault): boolean => ['drop', 'freeze', 'latency'].includes(fault)
