import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { isCalibrationPath } from '../model/calibration-plan.ts'
import { UsageError } from '../model/errors.ts'
import { readSeries } from '../probe/prober/sample-file.ts'
import { readSecondSeries, secondSamplesDirectory } from '../probe/second-prober/second-samples.ts'
import type { JournalEvent } from '../model/journal.ts'
import { journalEventSchema } from '../model/journal.ts'
import { recordVersion, type RunRecord, runRecordSchema } from '../model/run-record.ts'
import type { ProbeSeries } from '../model/probe-series.ts'
import type { RunView } from '../model/run-view.ts'
import { redact } from './redact.ts'

/** Reads a stored run, without secrets. Rejects with UsageError that says what is wrong with it. */
export async function loadRun(directory: string): Promise<RunView> {
  const runDir = resolve(directory)
  const record = await readRecord(runDir)
  const [events, series, secondSeries, evidence] = await Promise.all([
    readJournal(runDir),
    readSeries(join(runDir, 'samples')),
    readSecondSeries(join(runDir, 'samples', secondSamplesDirectory)),
    readEvidence(runDir),
  ])
  const all = series.map(withoutSecrets)
  return {
    ...{ record, events, evidence },
    series: all.filter((one) => !isCalibrationPath(one)),
    calibrationSeries: all.filter(isCalibrationPath),
    ...(secondSeries.length > 0 ? { secondSeries: secondSeries.map(withoutSecrets) } : {}),
  }
}

/** The journal redacts what it writes; the prober writes its files itself, with targets and errors as it met them. */
function withoutSecrets<T extends ProbeSeries>(series: T): T {
  const { title, target, errors, backends } = series
  return {
    ...series,
    title: redact(title),
    target: redact(target),
    errors: errors.map(redact),
    backends: backends.map(redact),
  }
}

/** Reads run.json alone, which is all that is left of an old run. Rejects with UsageError that says what is wrong with it. */
export async function readRecord(directory: string): Promise<RunRecord> {
  const runDir = resolve(directory)
  const path = join(runDir, 'run.json')
  const isDirectory = await stat(runDir).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isDirectory) throw new UsageError(`${runDir} is no run directory`, 'give one, such as runs/latest')
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`${path} is missing or cannot be read`, 'give a run directory, such as runs/latest')
  })
  const document = parseJson(text, path)
  const version = z.looseObject({ schemaVersion: z.number() }).safeParse(document)
  if (version.success && version.data.schemaVersion > recordVersion) {
    throw new UsageError(
      `${path} has version ${version.data.schemaVersion}, this drill reads version ${recordVersion}`,
      'use a newer drill',
    )
  }
  if (version.success && version.data.schemaVersion < recordVersion)
    throw new UsageError(
      `${path} has version ${version.data.schemaVersion}, this drill reads version ${recordVersion}`,
      'use the drill that wrote it',
    )
  const parsed = runRecordSchema.safeParse(document)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(
    `${path} is not a record of a run: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`,
  )
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`${path} is no JSON: it is damaged or incomplete`, '', { cause })
  }
}

/** An incomplete last line, as a killed run leaves it, is skipped. */
export async function readJournal(runDir: string): Promise<readonly JournalEvent[]> {
  const text = await readFile(join(runDir, 'journal.jsonl'), 'utf8').catch(() => '')
  return text.split('\n').flatMap((line): JournalEvent[] => {
    try {
      const parsed = journalEventSchema.safeParse(JSON.parse(line))
      return parsed.success ? [parsed.data] : []
    } catch {
      return []
    }
  })
}

async function readEvidence(runDir: string): Promise<Readonly<Record<string, unknown>>> {
  const directory = join(runDir, 'evidence')
  const files = (await readdir(directory).catch(() => [])).filter((file) => file.endsWith('.json'))
  const entries = files.map(async (file) => {
    const path = join(directory, file)
    return [file.slice(0, -'.json'.length), parseJson(await readFile(path, 'utf8'), path)] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}
