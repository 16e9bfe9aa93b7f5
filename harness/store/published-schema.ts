import { z } from 'zod'
import { journalEventSchema } from '../model/journal.ts'
import { recordVersion, runRecordSchema } from '../model/run-record.ts'

/** The JSON Schemas of run.json and journal.jsonl, by the name of the file that publishes them. */
export function publishedSchemas(): Readonly<Record<string, string>> {
  const text = (title: string, schema: z.ZodType) =>
    `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, null, 2)}\n`
  return {
    'run.schema.json': text(`drill run.json, version ${recordVersion}`, runRecordSchema),
    'journal-event.schema.json': text(`drill journal.jsonl, one line, version ${recordVersion}`, journalEventSchema),
  }
}
