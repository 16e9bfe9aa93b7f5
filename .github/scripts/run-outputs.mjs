// Called by the composite action: `node run-outputs.mjs RUN_DIR EXIT_CODE EXPECTED` prints the action's outputs as `name=value`
// lines, and ends with 1 where the run did not end as expected.
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The outputs of the action by name; an output of which the run knows nothing is empty.
 * @param {string} runDir A run directory; it need not exist, as after a preflight that found something missing.
 * @param {number} exitCode Of `drill run`.
 * @returns {Record<string, string>}
 */
export function runOutputs(runDir, exitCode) {
  const record = recordOf(runDir)
  const reportPath = join(runDir, 'report')
  const milestone = record?.milestones.find(({ id }) => id === 'recovered')
  // The path `null` has no network in it: it measures the prober.
  const probes = (record?.probes ?? []).filter(({ id }) => id !== 'null')
  const gaps = probes.map(({ longestGapMs }) => longestGapMs).filter((gap) => typeof gap === 'number')
  const text = (value) => (value === undefined || value === null ? '' : String(value))
  return {
    verdict: text(record?.verdict),
    'exit-code': String(exitCode),
    'report-path': existsSync(reportPath) ? reportPath : '',
    'seconds-to-recovered': milestone ? (milestone.atMs / 1000).toFixed(1) : '',
    'failed-probes': probes.length > 0 ? String(probes.reduce((sum, { failed }) => sum + failed, 0)) : '',
    'longest-gap-ms': gaps.length > 0 ? String(Math.round(Math.max(...gaps))) : '',
  }
}

/**
 * What is wrong with the end of a run, or undefined.
 * @param {string} runDir
 * @param {number} exitCode
 * @param {string} expected pass, fail, unknown or an exit code; empty: what the scenario itself expects
 */
export function surprise(runDir, exitCode, expected) {
  const record = recordOf(runDir)
  if (/^\d+$/.test(expected))
    return Number(expected) === exitCode ? undefined : `exit code ${exitCode}, expected ${expected}`
  const own = typeof record?.expects === 'string' ? record.expects : 'pass'
  const wanted = expected === '' ? own : expected
  if (!['pass', 'fail', 'unknown'].includes(wanted))
    return `expected is "${wanted}": give pass, fail, unknown or an exit code`
  const verdict = record?.verdict ?? 'no verdict'
  // An early end has a verdict as well, of what was seen until then.
  const codes = { pass: 0, fail: 1, unknown: 2 }
  return verdict === wanted && exitCode === codes[wanted]
    ? undefined
    : `the verdict is ${verdict} (exit code ${exitCode}), expected ${wanted}`
}

function recordOf(runDir) {
  const path = join(runDir, 'run.json')
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === import.meta.filename) {
  const [runDir = '', exitCode = '', expected = ''] = process.argv.slice(2)
  for (const [name, value] of Object.entries(runOutputs(runDir, Number(exitCode)))) {
    // A line break would end the value, and begin an output of somebody else's choice.
    console.log(`${name}=${value.replaceAll(/[\r\n]/g, ' ')}`)
  }
  const problem = surprise(runDir, Number(exitCode), expected)
  if (problem) {
    console.error(`::error::${problem}`)
    process.exitCode = 1
  }
}
