import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../model/errors.ts'
import type { RunRecord } from '../model/run-record.ts'
import { readRecord } from './load-run.ts'

export interface FoundRun {
  readonly directory: string
  readonly record: RunRecord
}

/** A directory of a run whose record cannot be read. */
export interface UnreadableRun {
  readonly directory: string
  readonly reason: string
}

export interface FoundRuns {
  /** The oldest first. */
  readonly runs: readonly FoundRun[]
  readonly unreadable: readonly UnreadableRun[]
}

/** So deep below a folder runs are looked for: a night, an artifact, `runs`, the run. */
const deepest = 4

/**
 * The runs in these folders, each of them a run or a folder of runs, the oldest first. Rejects with UsageError for a folder that does not
 * exist or holds no run.
 */
export async function findRuns(folders: readonly string[]): Promise<FoundRuns> {
  const found = await Promise.all(folders.map(runsOfFolder))
  const runs: FoundRun[] = []
  const unreadable: UnreadableRun[] = []
  for (const directory of found.flat())
    try {
      runs.push({ directory, record: await readRecord(directory) })
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      unreadable.push({ directory, reason: error.fix === '' ? error.message : `${error.message}: ${error.fix}` })
    }
  return {
    runs: withoutCopies(runs).toSorted((a, b) => Date.parse(a.record.startedAt) - Date.parse(b.record.startedAt)),
    unreadable,
  }
}

/** A run may be given or stored twice: an artifact holds a copy of `latest` in place of the link, and a history what is among the runs as well. */
function withoutCopies(runs: readonly FoundRun[]): readonly FoundRun[] {
  const keyOf = ({ record }: FoundRun) => JSON.stringify([record.id, record.startedAt, record.argv])
  return [...new Map(runs.toReversed().map((run) => [keyOf(run), run])).values()]
}

async function runsOfFolder(folder: string): Promise<readonly string[]> {
  const isDirectory = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isDirectory) throw new UsageError(`${folder} is no folder`, 'give a folder of runs, such as runs')
  const found = await runsBelow(folder, deepest)
  if (found.length > 0) return found
  throw new UsageError(`${folder} holds no run`, 'give a folder of runs, such as runs, or another that --out named')
}

async function runsBelow(folder: string, levels: number): Promise<readonly string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).toSorted((a, b) =>
    a.name.localeCompare(b.name, 'en'),
  )
  // A run that was killed at once has a journal and no record.
  if (entries.some(({ name }) => name === 'run.json' || name === 'journal.jsonl')) return [folder]
  if (levels === 0) return []
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))
  return (await Promise.all(folders.map((one) => runsBelow(one, levels - 1)))).flat()
}
