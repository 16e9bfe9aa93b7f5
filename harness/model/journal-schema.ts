import { z } from 'zod'

/** A line of journal.jsonl; an event carries more, by its type. */
export const journalEventSchema = z.looseObject({
  seq: z.number().int(),
  atMs: z.number().describe('Milliseconds since the run began'),
  type: z.string().describe('noun.past-tense'),
})
