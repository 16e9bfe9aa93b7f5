import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { ExpectedDrill } from '../../reports/matrix/merge-runs.ts'
import { scenarios } from '../../scenarios/index.ts'
import { UsageError } from '../model/errors.ts'
import { listed } from './list-command.ts'
import { drillWords } from './drill-words.ts'

/** What of `drill list --json` says which drills there are. */
const matrixSchema = z.array(
  z.looseObject({ drills: z.array(z.looseObject({ run: z.string().min(1), title: z.string().default('') })) }),
)

const howToMake = 'make it with drill list --json, and take out with jq what is not expected'

/**
 * The drills of which runs are expected: all that are drilled at night, those before each change, or those of a file. Rejects with
 * UsageError for a file that is not of the form of `drill list --json`.
 */
export async function expectedMatrix(name: string): Promise<readonly ExpectedDrill[]> {
  if (name !== 'nightly' && name !== 'ci') return expectedOf(await matrixFile(name))
  const all = scenarios.map((scenario) => listed(scenario))
  // The drills of ci run at night too.
  return expectedOf(
    all.map(({ drills }) => ({ drills: drills.filter((one) => name === 'nightly' || one.in === name) })),
  )
}

const expectedOf = (matrix: z.infer<typeof matrixSchema>): readonly ExpectedDrill[] =>
  matrix.flatMap(({ drills }) =>
    drills.map(({ run, title }) => ({ drill: drillWords(['run', ...run.trim().split(/\s+/)]), title })),
  )

async function matrixFile(path: string): Promise<z.infer<typeof matrixSchema>> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new UsageError(`--matrix: cannot read ${path}`, 'give nightly, ci or a file', { cause })
  })
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw new UsageError(`--matrix: ${path} is no JSON`, howToMake, { cause })
  }
  const parsed = matrixSchema.safeParse(document)
  const count = parsed.data?.flatMap(({ drills }) => drills).length ?? 0
  if (!parsed.success || count === 0)
    throw new UsageError(`--matrix: ${path} names no drill, as drill list --json does`, howToMake)
  return parsed.data
}
