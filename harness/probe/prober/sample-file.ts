import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { UsageError } from '../../model/errors.ts'
import { connections } from '../../model/probe-path.ts'
import { outcomes, type ProbeSeries } from '../../model/probe-series.ts'
import { readRow, rowBytes, sampleFormat } from './sample-format.ts'

const metaSchema = z.object({
  format: z.literal(sampleFormat),
  prober: z.string(),
  order: z.number().int(),
  id: z.string(),
  title: z.string(),
  target: z.string(),
  connection: z.enum(connections).optional().catch(undefined),
  intervalMs: z.number().positive(),
  deadlineMs: z.number().positive(),
  startMs: z.number(),
  endMs: z.number().nullable(),
  errors: z.array(z.string()).min(1),
  backends: z.array(z.string()).min(1),
})

/** `<prober>.stopped.json`: when the harness wanted the probing to end. A prober that had died by then owes samples up to here. */
export const stoppedSchema = z.object({ endMs: z.number() })
export const stoppedFile = (prober: string): string => `${prober}.stopped.json`

/**
 * All series below a run's samples/, in the order of the probers' plans; none where the directory is missing. A prober that was
 * killed is no error: its last row may be incomplete, and what is missing is unmeasured. Rejects with UsageError when a file is damaged.
 */
export async function readSeries(samplesDir: string): Promise<readonly ProbeSeries[]> {
  const files = await readdir(samplesDir, { recursive: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  })
  const all = await Promise.all(
    files.filter((file) => file.endsWith('.samples')).map((file) => readOne(join(samplesDir, file))),
  )
  return all.sort((a, b) => a.prober.localeCompare(b.prober) || a.order - b.order).map(({ series }) => series)
}

async function readOne(
  samplesPath: string,
): Promise<{ readonly prober: string; readonly order: number; readonly series: ProbeSeries }> {
  const meta = await readJson(samplesPath.replace(/\.samples$/, '.json'), metaSchema)
  const stopped = await readJson(join(dirname(samplesPath), stoppedFile(meta.prober)), stoppedSchema.nullable(), null)
  const { intervalMs, startMs, errors, backends } = meta
  const rows = rowsOf(await readFile(samplesPath))
  const lastSeq = rows.at(-1)?.seq ?? -1
  const endMs = Math.max(startMs, meta.endMs ?? startMs + (lastSeq + 1) * intervalMs, stopped?.endMs ?? 0)
  const { id, title, target, connection, deadlineMs } = meta
  const series: ProbeSeries = {
    id,
    title,
    target,
    ...(connection ? { connection } : {}),
    intervalMs,
    deadlineMs,
    startMs,
    endMs,
    seq: Uint32Array.from(rows, (row) => row.seq),
    lagMs: Float32Array.from(rows, (row) => row.lagMs),
    latencyMs: Float32Array.from(rows, (row) => row.latencyMs),
    outcome: Uint8Array.from(rows, (row) => row.outcome),
    error: Uint8Array.from(rows, (row) => (row.error < errors.length ? row.error : 0)),
    // Rows are written before the table of backends when the prober is killed just then.
    backend: Uint8Array.from(rows, (row) => (row.backend < backends.length ? row.backend : 0)),
    errors,
    backends,
  }
  return { prober: meta.prober, order: meta.order, series }
}

/** In the order of the grid. */
function rowsOf(bytes: Buffer) {
  const rows = Array.from({ length: Math.floor(bytes.length / rowBytes) }, (_, n) => readRow(bytes, n * rowBytes))
  return rows.filter(({ outcome }) => outcome <= outcomes.unmeasured).sort((a, b) => a.seq - b.seq)
}

async function readJson<T>(path: string, schema: z.ZodType<T>, missing?: T): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    if (missing !== undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return missing
    throw new UsageError(
      `${path} is missing, damaged or of another version`,
      'judge a run directory that is complete',
      { cause },
    )
  }
}
