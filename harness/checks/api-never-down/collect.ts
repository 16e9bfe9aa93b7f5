import { z } from 'zod'

export const watchedApiSchema = z.object({
  target: z.string().describe('A control plane, or `balancer`'),
  fromMs: z.number().describe('Since the run began'),
  toMs: z.number(),
  samples: z.number().int(),
  late: z.number().int().describe('Samples that this host kept waiting'),
  failures: z.array(z.object({ atMs: z.number(), problem: z.string() })),
  longestGapMs: z.number().describe('Longest time between two successes, the ends of the watch included'),
  gaps: z
    .array(z.object({ fromMs: z.number(), toMs: z.number() }))
    .optional()
    .describe('Every time between two successes that is longer than 500 ms; absent in runs of before'),
})
export type WatchedApi = z.infer<typeof watchedApiSchema>

export const apiWatchSchema = z.object({ apis: z.array(watchedApiSchema) })
