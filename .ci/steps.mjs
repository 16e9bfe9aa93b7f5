// The steps of .ci/run after `npm ci && npm test`. To run some of them: node_modules/.bin/node .ci/steps.mjs --only lint,types
import { $, argv, cd, fs, glob, path } from 'zx'
import { runSteps } from './run-steps.mjs'

cd(path.join(import.meta.dirname, '..'))
process.env.CI = 'true'

const npm = (script, ...words) => ['npm', 'run', script, ...(words.length > 0 ? ['--', ...words] : [])]
const drill = (...words) => ['npx', '--no-install', 'drill', ...words]

/** What is drilled before every change, and the exit code that is right: the scenarios say it themselves. */
const listed = await $({ quiet: true })`node_modules/.bin/node bin/drill.js list --json`.json()
const drills = listed.flatMap(({ id, leavesClusterWhole, recoveredWithinMs, losses, drills: all }) =>
  all
    .filter((one) => one.in === 'ci')
    .map((one) => ({ ...one, scenario: id, leavesClusterWhole, recoveredWithinMs, losses: losses.length })),
)

/**
 * Drills of the same topology with the same options that must pass, in one series: those that leave the cluster whole first, for the
 * others; of these the ones without a loss, with whose gaps the reports of the others compare, and then those that are over soonest:
 * the more a repair restarts, the longer kubelet waits before it starts the same containers again.
 */
const inSeries = drills.filter(({ exitCode }) => exitCode === 0)
const alone = drills.filter((one) => !inSeries.includes(one))
const alike = ({ topology, options }) => JSON.stringify([topology, options])
const series = Object.values(Object.groupBy(inSeries, alike)).map((some) =>
  some.toSorted(
    (one, other) =>
      Number(other.leavesClusterWhole) - Number(one.leavesClusterWhole) ||
      Math.min(1, one.losses) - Math.min(1, other.losses) ||
      one.recoveredWithinMs - other.recoveredWithinMs,
  ),
)

/** A series or one drill, the summary of each run, and then the search for secrets in what was written down. */
const drillSteps = (some) => {
  const [{ topology, options, exitCode }] = some
  const words = ['--control-planes', topology.controlPlanes, '--workers', topology.workers, ...options]
  const run = [...some.map(({ scenario }) => scenario), ...words].join(' ')
  // All of their names would be longer than a file's may be.
  const names = [some[0].scenario, ...(some.length > 1 ? ['and', some.length - 1, 'more'] : []), ...words]
  const out = `runs/ci/${names.join(' ').replaceAll(/[^a-z0-9]+/g, '-')}`
  return [
    {
      id: 'drills',
      scenarios: some.map(({ scenario }) => scenario),
      name: some.length === 1 ? `drill ${some[0].title} (${run})` : `${some.length} drills, one after another (${run})`,
      argv: drill('run', ...run.split(' '), '--out', out),
      expected: exitCode,
      // Of a drill that is refused, no summary of the one before is shown.
      before: () => fs.rm(out, { recursive: true, force: true }),
      after: () => summaries(out),
      // A drill that was killed, say for want of memory, leaves a cluster behind, beside which the next is refused.
      afterFailure: () => $({ nothrow: true })`${drill('gc')}`,
      // The failed and unknown checks of the summaries.
      findings: (output) => output.split('\n').filter((line) => /^\*\*|^\| [✗?]/.test(line)),
    },
    { id: 'drills', name: `no secret in the run directories (${run})`, argv: npm('check:run', out) },
  ]
}

/** Of each run: what it was, how long it took, and its summary. */
async function summaries(out) {
  const texts = (await glob(`${out}/*/run.json`)).toSorted().map(async (file) => {
    const { scenario, durationMs, verdict } = await fs.readJson(file)
    const summary = await fs.readFile(path.join(path.dirname(file), 'report', 'summary.md'), 'utf8').catch(() => '')
    return `--- ${scenario.id}: ${verdict}, ${Math.round(durationMs / 1000)} s in all\n${summary}`
  })
  return (await Promise.all(texts)).join('\n')
}

const nothingLeft = `left=$(docker ps --all --filter name=drill- --format '{{.Names}} {{.Status}}'); echo "$left"; [ -z "$left" ]`

const steps = [
  { id: 'lint', name: 'lint: layers, style, dead code', argv: npm('lint') },
  { id: 'types', name: 'types', argv: npm('typecheck') },
  { id: 'workflows', name: 'workflows (actionlint)', argv: npm('lint:workflows') },
  {
    id: 'mutate',
    name: 'every check sees what it is there for: the mutants of stored runs',
    argv: npm('mutate'),
    findings: (output) => output.split('\n').filter((line) => line.startsWith('not seen: ')),
  },
  { id: 'setup', name: 'drill setup', argv: drill('setup') },
  {
    id: 'setup',
    name: 'drill setup --with database, which nothing else needs',
    argv: drill('setup', '--with', 'database'),
  },
  { id: 'setup', name: 'drill setup again, nothing to do', argv: drill('setup') },
  { id: 'setup', name: 'drill doctor', argv: drill('doctor') },
  { id: 'setup', name: 'clusters and settings that an earlier, killed run left are removed', argv: drill('gc') },
  { id: 'package', name: 'a package that installs', argv: npm('test:package') },
  { id: 'integration', name: 'integration tests', argv: npm('test:integration') },
  // Before the end-to-end tests: they leave thousands of removed memory cgroups in the kernel, and drills measure time.
  ...[...series, ...alone.map((one) => [one])].flatMap(drillSteps),
  // Other options than the defaults are tried every night, also by whole drills.
  {
    id: 'cluster',
    name: 'end-to-end tests: each step by default, each precondition',
    argv: npm('test:cluster', '--exclude', 'harness/e2e/options/**'),
  },
  {
    id: 'left',
    name: 'nothing is left behind',
    argv: ['bash', '-c', nothingLeft],
    findings: (output) => output.split('\n').filter(Boolean),
  },
]

/** A drill also by its scenarios. */
const idsOf = ({ id, scenarios = [] }) => [id, ...scenarios]
const ids = [...new Set(steps.flatMap(idsOf))]
const only = argv.only === undefined ? ids : String(argv.only).split(',')
const unknown = only.filter((id) => !ids.includes(id))
if (unknown.length > 0) {
  console.error(`.ci/steps.mjs has no step ${unknown.join(', ')}: give --only with some of ${ids.join(',')}`)
  process.exit(64)
}
const earlier = argv.passed === undefined ? [] : [{ name: argv.passed, seconds: Number(argv.seconds ?? 0) }]
$.verbose = false
process.exitCode = await runSteps(
  steps.filter((step) => idsOf(step).some((id) => only.includes(id))),
  earlier,
)
