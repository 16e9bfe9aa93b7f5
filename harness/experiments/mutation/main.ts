import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { openConsole } from '../../cli/console.ts'
import { packageRoot } from '../../host/package/package-files.ts'
import { onInterrupt } from '../../host/process/interrupts.ts'
import { chosenImages } from '../../host/setup/chosen-images.ts'
import { exitCodes, UsageError } from '../../model/errors.ts'
import { runProgram } from '../repeat.ts'
import { liveMutants } from './live/live-mutants.ts'
import { runLive } from './live/run-live.ts'
import { mutationTable, survivorsIn, updatedTable } from './mutation-table.ts'
import { withTable } from './with-table.ts'
import type { Mutant } from './mutant/mutant.ts'
import type { MutantResult } from './mutant/verdict-on.ts'
import { baseRuns } from './stored/base-runs.ts'
import { runStored } from './stored/run-stored.ts'
import { storedMutants } from './stored/stored-mutants.ts'

interface MutateOptions {
  readonly live?: true
  readonly list?: true
  readonly only?: string
  readonly run?: string
  readonly docs?: true
  readonly json?: true
  readonly out: string
  readonly parallel?: true
  readonly verbose?: true
  readonly together?: true
}

const program = new Command('npm run mutate --')
  .description(
    'puts one wrong at a time into a good run, and requires that the check that is there for it goes red, for the right reason',
  )
  .option('--live', 'real drills, each with something switched off, instead of stored runs; 4 to 6 minutes a mutant')
  .option('--only <a,b>', 'only these mutants')
  .option('--list', 'print the mutants, and try none')
  .option('--run <dir>', 'a run directory of yours instead of the recorded run')
  .option('--docs', 'write the table into docs/mutation.md')
  .option('--json', 'print the results as one JSON document')
  .option('--out <dir>', 'with --live: where the run directories go', 'runs')
  .option('--together', 'with --live: all of --only in one drill, each seen by another check')
  .option('--parallel', 'with --live: allow another drill on this engine at the same time; the measurements suffer')
  .option('-v, --verbose', 'with --live: also the commands run on the nodes')
  .addHelpText(
    'after',
    `
A mutant counts as seen only where the named check was green without it and is red with it, in the words that belong to it.
Exit codes: 0 all were seen, 1 one was not, 3 harness error, 64 usage, 130 interrupted

Examples:
  npm run mutate
  npm run mutate -- --only outage-of-600-ms,pod-evicted
  npm run mutate -- --run runs/latest
  npm run mutate -- --live --only cluster-info-not-renewed
  npm run mutate -- --live --together --only container-stopped,write-lost`,
  )
  .exitOverride()
  .action(async (options: MutateOptions) => {
    process.exitCode = await mutate(options)
  })

async function mutate(options: MutateOptions): Promise<number> {
  const { json, list, live, docs } = options
  if (list) return listed(chosen<Mutant>(live ? liveMutants : storedMutants, options.only), json)
  if (docs && options.run !== undefined) throw new UsageError('--docs is for the recorded run', 'omit --run')
  const results = await (live ? tryLive(options) : tryStored(options))
  const table = mutationTable(results)
  if (docs)
    await (live ? writeDocs('live mutants', liveMutants, results) : writeDocs('stored mutants', storedMutants, results))
  const survivors = survivorsIn(results)
  if (json) console.log(JSON.stringify({ mutants: results.length, survivors: survivors.length, results }, null, 2))
  else {
    console.log(table)
    for (const survivor of survivors) console.error(`not seen: ${survivor}`)
    const [seen, unfit] = (['killed', 'not-applicable'] as const).map((of) => counted(results, of))
    console.error(`${seen} of ${results.length} mutants were seen${unfit ? `, ${unfit} do not fit this run` : ''}`)
  }
  return survivors.length === 0 ? exitCodes.pass : exitCodes.fail
}

const counted = (results: readonly MutantResult[], of: MutantResult['outcome']) =>
  results.filter(({ outcome }) => outcome === of).length

function listed(mutants: readonly Mutant[], json: true | undefined): number {
  const rows = mutants.map(({ id, title, check, verdict }) => ({ id, title, check, verdict }))
  if (json) console.log(JSON.stringify(rows, null, 2))
  else for (const { id, check, title } of rows) console.log(`${id}  ${check}: ${title}`)
  return exitCodes.pass
}

async function tryStored({ run, only }: MutateOptions): Promise<readonly MutantResult[]> {
  const bases = await baseRuns(run)
  return chosen(storedMutants, only).map((mutant) => runStored(mutant, bases))
}

async function tryLive({
  only,
  out,
  parallel,
  verbose,
  run,
  together,
}: MutateOptions): Promise<readonly MutantResult[]> {
  if (run !== undefined) throw new UsageError('--run is for stored mutants', 'omit it with --live')
  const mutants = chosen(liveMutants, only)
  const images = await chosenImages({})
  const output = openConsole({ json: false, verbose: verbose ?? false })
  using interrupt = onInterrupt()
  const { signal } = interrupt
  const results: MutantResult[] = []
  try {
    for (const group of together ? [mutants] : mutants.map((mutant) => [mutant])) {
      for (const { id, title } of group) console.error(`\n${id}: ${title}`)
      const options = { images, parallel: parallel ?? false, out, onEvent: output.event, signal }
      const tried = await runLive(group, options)
      for (const { id, outcome, check, words } of tried) console.error(`${id}: ${outcome}: ${check}: ${words}`)
      results.push(...tried)
    }
  } finally {
    output.close()
  }
  return results
}

/** Those of `--only`, in the order of the list. Throws UsageError for a name that is no mutant's. */
function chosen<M extends Mutant>(all: readonly M[], only: string | undefined): readonly M[] {
  if (only === undefined) return all
  const ids = only.split(',').map((id) => id.trim())
  const unknown = ids.find((id) => !all.some((mutant) => mutant.id === id))
  if (unknown !== undefined) throw new UsageError(`no mutant is called "${unknown}"`, '--list shows them')
  return all.filter(({ id }) => ids.includes(id))
}

async function writeDocs(place: string, mutants: readonly Mutant[], results: readonly MutantResult[]): Promise<void> {
  const page = join(packageRoot, 'docs', 'mutation.md')
  const text = await readFile(page, 'utf8')
  await writeFile(page, withTable(text, place, updatedTable(mutants, results, text)))
}

await runProgram('mutate', program)
