import { z } from 'zod'

const unseenSchema = z.array(z.object({ what: z.string(), reason: z.string() }))
const lostTrustSchema = z.enum(['cluster-ca', 'etcd-ca', 'front-proxy-ca', 'sa-key'])

export const recoveryResultSchema = z.object({
  outcome: z
    .enum(['recovered', 'nothing-to-do', 'degraded', 'refused', 'failed'])
    .describe('degraded: whole but for what `left` names; refused: nothing was changed; failed: it ended early'),
  failure: z
    .object({ message: z.string(), step: z.string().optional(), reason: z.string().optional() })
    .optional()
    .describe('Of refused and failed'),
  left: z
    .array(
      z.object({
        kind: z.enum(['machine', 'pod', 'client', 'object', 'ca']),
        name: z.string(),
        node: z.string().optional(),
        reason: z.string(),
      }),
    )
    .describe('What is not as it was, and the repair could not or would not mend'),
  rejectedClients: z
    .object({
      state: z.enum(['unaffected', 'none', 'some', 'unknown']),
      others: z.array(z.object({ where: z.string(), reason: z.string() })),
      unseen: unseenSchema,
    })
    .describe(
      'none: every client could be seen, and none is rejected; some: `left` names the pods, `others` who is none',
    ),
  held: z
    .array(z.object({ what: z.string(), until: z.string(), reason: z.string() }))
    .describe('What the repair could not give back'),
  givenBack: z.array(z.string()).describe('What it held when it ended early, and gave back'),
  lostTrust: z
    .object({
      state: z.enum(['unaffected', 'looked', 'unknown']),
      found: z.array(z.object({ where: z.string(), node: z.string().optional(), lost: lostTrustSchema })),
      unseen: unseenSchema,
    })
    .describe('What still trusts a lost CA, or has a token of a lost key'),
  opened: z
    .array(z.object({ what: z.string(), node: z.string().optional(), reason: z.string() }))
    .describe('What was not there when the repair began, and lets somebody in'),
  backups: z.array(z.object({ node: z.string(), directory: z.string(), files: z.array(z.string()) })),
  next: z.array(z.string()).describe('What is to be done next'),
})
/** What the recovery itself says that it came to. A verdict never rests on it. */
export type RecoveryResultRecord = z.infer<typeof recoveryResultSchema>
