import { z } from 'zod'
import { momentSchema } from '../../observe/collecting.ts'

const number = z.number().int()

export const unacknowledgedSchema = z.object({
  n: number,
  action: z.enum(['write', 'delete']),
  atMs: z.number().describe('When it was asked for, milliseconds since the run began'),
  fate: z
    .enum(['not-sent', 'refused', 'in-doubt'])
    .describe('It never reached the database; the database said no; or nobody knows'),
  problem: z.string().describe('Why it was not acknowledged'),
})

export const sessionSchema = z.object({
  fromMs: z.number().describe('Since the run began'),
  toMs: z.number(),
  commits: number.describe('Acknowledged in it'),
  problem: z.string().nullable().describe('Why it ended; null for the one that the writer closed itself'),
})

/** What the writer of the ledger was told. */
export const ledgerSchema = z.object({
  written: z.array(number).describe('Entries whose commit was acknowledged'),
  deleted: z.array(number).describe('Entries whose delete was acknowledged'),
  vanished: z.array(number).describe('Entries that were acknowledged, and were not there when they were to be deleted'),
  unacknowledged: z.array(unacknowledgedSchema),
  sessions: z.array(sessionSchema),
  lastMs: z.number().nullable().describe('When a commit was acknowledged last'),
  endMs: z.number().describe('When the writer ended'),
  longestWaitMs: z.number().describe('Between two acknowledged commits'),
  longestWaitAtMs: z.number().nullable().describe('When it began'),
})
export type CommitLedger = z.infer<typeof ledgerSchema>

export const commitsSchema = momentSchema.extend({
  ledger: ledgerSchema,
  primary: z.array(number).describe('Entries in the primary at the end'),
  standby: z
    .array(number)
    .nullable()
    .describe('Entries in the standby, at most 20 s later; null where it did not answer'),
  standbyProblem: z.string().nullable(),
})
export type Commits = z.infer<typeof commitsSchema>
