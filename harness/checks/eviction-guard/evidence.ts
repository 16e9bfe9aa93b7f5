import { z } from 'zod'

const sinceRunBegan = z.number().describe('Milliseconds since the run began')

export const evictionGuardSchema = z.object({
  fromMs: sinceRunBegan,
  toMs: sinceRunBegan,
  gaps: z
    .array(z.object({ fromMs: z.number(), toMs: z.number() }))
    .describe('When nothing was watched: from the last sign of life to the next list'),
  services: z
    .array(z.object({ service: z.string(), ready: z.array(z.string()) }))
    .describe('The ready set of each Service at the beginning, by pod, or by address where there is none'),
  shrunk: z
    .array(z.object({ atMs: z.number(), service: z.string(), missing: z.array(z.string()) }))
    .describe('Each time that other members of that set were missing than before; none where it was whole again'),
  nodes: z
    .array(z.object({ atMs: z.number(), node: z.string(), ready: z.string(), noExecute: z.array(z.string()) }))
    .describe('Each Node at the beginning, and each time that its Ready or its NoExecute taints changed'),
  pods: z
    .array(z.object({ atMs: z.number(), pod: z.string(), uid: z.string(), what: z.string() }))
    .describe('Pods of the beginning that were deleted, began to be, or failed'),
})
export type EvictionGuard = z.infer<typeof evictionGuardSchema>
