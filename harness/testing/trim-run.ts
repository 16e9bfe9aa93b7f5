/**
 * Makes a fixture of a real run: `node harness/testing/trim-run.ts runs/latest harness/testing/testdata/lost-pki`. Keeps run.json, the
 * journal without its commands, the evidence, and the samples from the loss until the repair was over, by which it is judged again.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { findScenario } from '../cli/find-scenario.ts'
import { isCalibrationPath } from '../model/calibration-plan.ts'
import { modeOf, scenarioFor } from '../run/checks-for.ts'
import { judgeRun } from '../run/judge-run.ts'
import { loadRun } from '../store/load-run.ts'
import { readRow, rowBytes, writeRow } from '../probe/prober/sample-format.ts'

/** How much of the samples stays before the loss and after the repair. */
const [beforeMs, afterMs] = [5000, 1000]

const runSchema = z.object({
  injectedAtMs: z.number(),
  phases: z.array(z.object({ id: z.string(), fromMs: z.number() })),
})
const metaSchema = z.looseObject({ startMs: z.number(), intervalMs: z.number() })

function trimRun(from: string, to: string): void {
  const { injectedAtMs, phases } = runSchema.parse(JSON.parse(readFileSync(join(from, 'run.json'), 'utf8')))
  const overMs = phases.find(({ id }) => id === 'settle')?.fromMs ?? injectedAtMs
  const window = { fromMs: injectedAtMs - beforeMs, toMs: overMs + afterMs }
  mkdirSync(join(to, 'samples'), { recursive: true })
  // The paths of one machine say nothing to another.
  const textOf = (name: string) => readFileSync(join(from, name), 'utf8').replaceAll(dirname(resolve(from)), 'runs')
  writeFileSync(join(to, 'run.json'), textOf('run.json'))
  cpSync(join(from, 'evidence'), join(to, 'evidence'), { recursive: true })
  const lines = textOf('journal.jsonl').split('\n')
  writeFileSync(join(to, 'journal.jsonl'), lines.filter((line) => !line.includes('"command.finished"')).join('\n'))
  // What calibrated the prober lies before and after the window, and is small.
  for (const file of readdirSync(join(from, 'samples')).filter((name) => isCalibrationPath({ id: name })))
    cpSync(join(from, 'samples', file), join(to, 'samples', file))
  for (const file of readdirSync(join(from, 'samples')).filter(
    (name) => name.endsWith('.samples') && !isCalibrationPath({ id: name }),
  ))
    trimSamples(join(from, 'samples', file), join(to, 'samples', file), window)
}

/** The rows planned within the window, numbered from its beginning. */
function trimSamples(from: string, to: string, { fromMs, toMs }: { fromMs: number; toMs: number }): void {
  const metaPath = (path: string) => path.replace(/\.samples$/, '.json')
  const meta = metaSchema.parse(JSON.parse(readFileSync(metaPath(from), 'utf8')))
  const bytes = readFileSync(from)
  const first = Math.ceil((fromMs - meta.startMs) / meta.intervalMs)
  const last = Math.floor((toMs - meta.startMs) / meta.intervalMs)
  const rows = Array.from({ length: Math.floor(bytes.length / rowBytes) }, (_, n) =>
    readRow(bytes, n * rowBytes),
  ).filter(({ seq }) => seq >= first && seq <= last)
  const kept = Buffer.alloc(rows.length * rowBytes)
  for (const [n, row] of rows.entries()) writeRow(kept, n * rowBytes, { ...row, seq: row.seq - first })
  writeFileSync(to, kept)
  const startMs = meta.startMs + first * meta.intervalMs
  const endMs = startMs + (last - first + 1) * meta.intervalMs
  writeFileSync(metaPath(to), `${JSON.stringify({ ...meta, startMs, endMs }, null, 1)}\n`)
}

const [from, to] = process.argv.slice(2)
if (from === undefined || to === undefined) throw new Error('give a run directory and where its fixture goes')
trimRun(from, to)
const { record } = await loadRun(to)
await judgeRun(to, record, scenarioFor(findScenario(record.scenario.id), modeOf(record)))
