import { z } from 'zod'
import { pulseSchema } from './calibration.ts'
import { cpuPressureSummarySchema, hostSpeedSchema } from './host-record.ts'
import { recoveryResultSchema } from './recovery-result.ts'
import { proberAtSchema, proberSchema } from './prober-record.ts'
import { subjectSchema } from './subject.ts'

/** The version of run.json and of the journal; a reader refuses a newer one. */
export const recordVersion = 2

export const verdictSchema = z.enum(['pass', 'unknown', 'fail'])
export type Verdict = z.infer<typeof verdictSchema>

/** The outcome that a scenario is made to give: a verdict, or that the repair refuses for a named reason and changes nothing. */
export const expectationSchema = z.union([verdictSchema, z.object({ refused: z.string() })])
export type Expectation = z.infer<typeof expectationSchema>

export const findingSchema = z.object({
  id: z.string().describe('The check, stable for ever'),
  title: z.string(),
  verdict: verdictSchema,
  summary: z.string().describe('One sentence'),
  details: z.array(z.string()).describe('The evidence, a line each'),
})
export type Finding = z.infer<typeof findingSchema>

/** Something reached on the way to recovery. An open list: the recovery announces its own, with a title. */
export const milestoneSchema = z.object({
  id: z.string().describe('kebab-case'),
  title: z.string(),
  atMs: z.number().describe('Milliseconds since the injection'),
})
export type Milestone = z.infer<typeof milestoneSchema>

export const probeSummarySchema = z.object({
  id: z.string(),
  title: z.string(),
  target: z.string(),
  intervalMs: z.number(),
  deadlineMs: z.number(),
  planned: z.number().int(),
  sent: z.number().int(),
  ok: z.number().int(),
  failed: z.number().int(),
  unmeasured: z.number().int(),
  coverage: z.number().describe('Share of the planned samples that were measured, 0 to 1'),
  longestGapMs: z
    .number()
    .nullable()
    .describe(
      'Longest time between two successes, without unmeasured time unless a failure was seen in it; null when fewer than two succeeded',
    ),
  longestGapAtMs: z.number().nullable().describe('When it began, milliseconds since the run began'),
  outageBoundMs: z
    .number()
    .describe('Longest stretch without a success, unmeasured time included: no longer outage can have happened'),
  outageBoundAtMs: z.number().describe('When it began, milliseconds since the run began'),
  detectableOneIn: z
    .number()
    .int()
    .describe(
      'A failure that hits one of this many requests would have been seen with 99 %; 0 when nothing was measured',
    ),
  detectionFloorMs: z
    .number()
    .nullable()
    .optional()
    .describe(
      'Every outage of this length or longer would have been seen, by grid, lag, unmeasured time and calibration; null where the calibration does not show it, absent in runs of before',
    ),
  openAtEnd: z.boolean().describe('The last measured sample failed: the outage had not ended'),
  latencyMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }).nullable(),
  lagMs: z
    .object({ p50: z.number(), p99: z.number(), max: z.number() })
    .nullable()
    .describe('How late the prober itself was'),
  outages: z.array(
    z.object({
      fromMs: z.number().describe('Since the run began'),
      lowerMs: z.number(),
      pointMs: z.number(),
      upperMs: z.number(),
      samples: z.number().int(),
      errors: z.array(z.string()),
      open: z.boolean(),
    }),
  ),
})
export type ProbeSummary = z.infer<typeof probeSummarySchema>

export const calibrationSchema = z.object({
  intervalMs: z.number().describe('Between two samples'),
  calibratedMs: z
    .number()
    .nullable()
    .describe('The shortest length at which every fault was seen, before and after; null where that was not shown'),
  pulses: z.array(pulseSchema),
})
export type Calibration = z.infer<typeof calibrationSchema>

export const spanSchema = z.object({
  id: z.string(),
  title: z.string(),
  fromMs: z.number().describe('Since the run began'),
  toMs: z.number().nullable(),
  status: z.enum(['running', 'done', 'failed', 'skipped']),
})
export type Span = z.infer<typeof spanSchema>

export const plannedStepSchema = z.object({
  id: z.string(),
  title: z.string(),
  actions: z
    .array(
      z.object({
        node: z.string().describe('A machine, or `cluster` for what is done through the API'),
        action: z.string(),
        reason: z.string(),
      }),
    )
    .describe('Empty: there is nothing to do'),
})

export const runRecordSchema = z.object({
  schemaVersion: z.literal(recordVersion),
  id: z.string(),
  stage: z.enum(['planned', 'collected', 'judged']),
  scenario: z.object({ id: z.string(), title: z.string(), hypothesis: z.string() }),
  losses: z.array(z.object({ id: z.string(), title: z.string() })).describe('What was to be destroyed'),
  replaces: z.array(subjectSchema).describe('What a right repair must replace; all else must stay the same'),
  replacesOn: z
    .number()
    .int()
    .nullable()
    .describe('The only control plane where it may, counted from 1; null: any machine'),
  stillAccepted: z
    .array(subjectSchema)
    .default([])
    .describe('Of that, what vouches on for what was issued by it: the old public half of a lost key'),
  mayRestart: z
    .array(subjectSchema)
    .default([])
    .describe('Processes that may be new although nothing of them was lost, because they end by themselves then'),
  expects: expectationSchema,
  argv: z.array(z.string()),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  durationMs: z.number().nullable(),
  injectedAtMs: z.number().nullable().describe('Since the run began'),
  secondProber: z
    .boolean()
    .optional()
    .describe('A second prober, in another language, sampled some of the paths too; absent where there was none'),
  workload: z
    .string()
    .optional()
    .describe('What ran beside the workload of every drill: names of built-in ones and directories, with commas'),
  topology: z.object({ controlPlanes: z.number().int(), workers: z.number().int() }),
  recovery: z
    .object({
      id: z.string(),
      options: z.record(z.string(), z.string()).describe('distribution, kubelets, …'),
      crashPoint: z.string().optional().describe('Where it was to be killed and run again: after or in a step'),
      planOnly: z.boolean().optional().describe('Only its plan was made'),
    })
    .nullable()
    .describe('Who repaired, and how'),
  versions: z.record(z.string(), z.string()).describe('drill, node, kind, engine, kubernetes, kernel'),
  images: z.record(z.string(), z.string()).describe('node, workload: reference and id'),
  host: z.object({ cores: z.number(), memoryBytes: z.number(), cgroup: z.string() }),
  git: z.object({ commit: z.string().nullable(), dirty: z.boolean().nullable() }),
  cluster: z.object({ name: z.string(), kept: z.boolean() }).nullable(),
  inputs: z.array(z.object({ node: z.string(), path: z.string() })).describe('Files that the repair read or was given'),
  backups: z.array(z.object({ node: z.string(), path: z.string() })).describe('Files that the repair backed up'),
  budgets: z.object({
    longestGapMs: z.number(),
    failedProbes: z.number().int(),
    detectableOneIn: z
      .number()
      .describe('So much must be measured that a failure of one request in this many would be seen with 99 %'),
    milestones: z
      .record(z.string(), z.object({ ms: z.number() }))
      .describe('By the id of the milestone, counted from recovery-started'),
    cpuSeconds: z.number().nullable().describe('Of the repair; null where there is no budget'),
  }),
  plan: z.array(plannedStepSchema).default([]).describe('What the repair would do, asked just before it began'),
  result: recoveryResultSchema
    .optional()
    .describe('What the repair says that it came to; absent where it did not live to say it'),
  phases: z.array(spanSchema),
  steps: z.array(spanSchema),
  milestones: z.array(milestoneSchema).describe('In the order in which they were reached'),
  hostSpeed: hostSpeedSchema,
  cpuPressure: cpuPressureSummarySchema
    .optional()
    .describe(
      'How short of processor time the host was; second by second in evidence cpu-pressure; absent in older runs',
    ),
  cpuSeconds: z
    .number()
    .nullable()
    .describe('Processor time of all machines and of the repair’s processes, from its start until recovered'),
  proberScheduling: z
    .string()
    .nullable()
    .describe('Scheduling class of the prober, as it read it itself: SCHED_RR 10, or SCHED_OTHER nice 0'),
  prober: proberSchema
    .optional()
    .describe('The one at the first worker; absent where it wrote nothing; lag by path is in probes'),
  probers: z.array(proberAtSchema).optional().describe('All of them; absent in runs of before'),
  calibration: calibrationSchema
    .optional()
    .describe('Faults of a known length on a target of the harness, as they were measured; absent in runs of before'),
  probes: z.array(probeSummarySchema),
  verdict: verdictSchema.nullable(),
  claim: z.string().nullable().describe('The verdict in one sentence'),
  findings: z.array(findingSchema),
  exitCode: z.number().int().nullable(),
  error: z
    .object({ phase: z.string(), message: z.string(), chain: z.array(z.string()) })
    .nullable()
    .describe('What ended the run early'),
  teardownErrors: z.array(z.string()),
})
export type RunRecord = z.infer<typeof runRecordSchema>

const ranks: Record<Verdict, number> = { pass: 0, unknown: 1, fail: 2 }

/** What a right repair replaced so that nothing that was issued by the old one is accepted any more. */
export function revokedIn({
  replaces,
  stillAccepted,
}: Pick<RunRecord, 'replaces' | 'stillAccepted'>): ReadonlySet<RunRecord['replaces'][number]> {
  return new Set(replaces.filter((subject) => !stillAccepted.includes(subject)))
}

/** The worst of the verdicts; no verdict at all is unknown, because no data is not a pass. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0) return 'unknown'
  return verdicts.reduce((worst, verdict) => (ranks[verdict] > ranks[worst] ? verdict : worst))
}
