// The steps of .ci/run after `npm ci && npm test`. To run some of them: node_modules/.bin/node .ci/steps.mjs --only lint,types
import { $, argv, cd, fs, path } from 'zx'
import { runSteps } from './run-steps.mjs'

cd(path.join(import.meta.dirname, '..'))
process.env.CI = 'true'

const npm = (script, ...words) => ['npm', 'run', script, ...(words.length > 0 ? ['--', ...words] : [])]
const drill = (...words) => ['npx', '--no-install', 'drill', ...words]

/** What is drilled before every change, and the exit code that is right: the scenarios say it themselves. */
const listed = await $({ quiet: true })`node_modules/.bin/node bin/drill.js list --json`.json()
const drills = listed.flatMap((scenario) => scenario.drills.filter((one) => one.in === 'ci'))

const latest = 'runs/latest'
const summary = `${latest}/report/summary.md`

/** A drill, its summary, and then the search for secrets in what it wrote down. */
const drillSteps = ({ title, run, exitCode }) => [
  {
    id: 'drills',
    scenario: run.split(' ')[0],
    name: `drill ${title} (${run})`,
    argv: drill('run', ...run.split(' '), '--out', 'runs'),
    expected: exitCode,
    // Of a drill that is refused, no summary of the one before is shown.
    before: () => fs.rm(latest, { force: true }),
    after: () => fs.readFile(summary, 'utf8').catch(() => undefined),
    // The failed and unknown checks of the summary.
    findings: (output) => output.split('\n').filter((line) => /^\*\*|^\| [✗?]/.test(line)),
  },
  {
    id: 'drills',
    scenario: run.split(' ')[0],
    name: `no secret in the run directory (${run})`,
    argv: npm('check:run', latest),
  },
]

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
  { id: 'setup', name: 'drill setup again, nothing to do', argv: drill('setup') },
  { id: 'setup', name: 'drill doctor', argv: drill('doctor') },
  { id: 'setup', name: 'clusters and settings that an earlier, killed run left are removed', argv: drill('gc') },
  { id: 'package', name: 'a package that installs', argv: npm('test:package') },
  { id: 'integration', name: 'integration tests', argv: npm('test:integration') },
  // Before the end-to-end tests: they leave thousands of removed memory cgroups in the kernel, and drills measure time.
  ...drills.flatMap(drillSteps),
  { id: 'cluster', name: 'end-to-end tests: each step, each precondition', argv: npm('test:cluster') },
  {
    id: 'left',
    name: 'nothing is left behind',
    argv: ['bash', '-c', nothingLeft],
    findings: (output) => output.split('\n').filter(Boolean),
  },
]

/** A drill also by its scenario. */
const idsOf = ({ id, scenario = id }) => [id, scenario]
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
