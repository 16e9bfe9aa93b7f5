import { z } from 'zod'
import { journalEventSchema } from '../model/journal.ts'
import { workloadFileSchema } from '../model/workload-file.ts'
import { recordVersion, runRecordSchema } from '../model/run-record.ts'

/** The JSON Schemas of run.json, journal.jsonl and a workload's workload.yaml, by the name of the file that publishes them. */
export function publishedSchemas(): Readonly<Record<string, string>> {
  const text = (title: string, schema: z.ZodType, io: 'input' | 'output' = 'output') =>
    `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io }) }, null, 2)}\n`
  return {
    'run.schema.json': text(`drill run.json, version ${recordVersion}`, runRecordSchema),
    'workload.schema.json': text('drill workload.yaml, of a directory for --workload', workloadFileSchema, 'input'),
    'journal-event.schema.json': text(`drill journal.jsonl, one line, version ${recordVersion}`, journalEventSchema),
  }
}
