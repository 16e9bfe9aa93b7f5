import { stripVTControlCharacters } from 'node:util'
import { $, chalk } from 'zx'

/**
 * @typedef {object} Step
 * @property {string} id For --only.
 * @property {string} name
 * @property {readonly string[]} argv
 * @property {number} [expected] The exit code that passes; default 0.
 * @property {() => Promise<void>} [before]
 * @property {() => Promise<string | undefined>} [after] What it returns is printed after the step's own output.
 * @property {() => Promise<unknown>} [afterFailure] Removes what would make the next steps fail too.
 * @property {(output: string) => readonly string[]} [findings] What is repeated at the end when the step failed; default the failed tests.
 */

/**
 * @typedef {object} Outcome
 * @property {string} name
 * @property {number} seconds
 * @property {string} [failure]
 * @property {readonly string[]} [findings]
 */

/** Which tests failed, and what they say. */
const failedTests = (output) => output.split('\n').filter((line) => /^ *FAIL |[A-Za-z]*Error: /.test(line))

/**
 * Runs steps one after another, their output live and interleaved as a terminal shows it. A step that fails does not stop the
 * next. Prints each step's time, what failed and why, and last `N passed, N failed`.
 * @param {readonly Step[]} steps
 * @param {readonly Outcome[]} [earlier] What ran before them.
 * @returns {Promise<number>} 0 when nothing failed, 1 otherwise, 130 when a signal ended it.
 */
export async function runSteps(steps, earlier = []) {
  const interruption = watchSignals()
  const outcomes = [...earlier]
  for (const step of steps) {
    outcomes.push(await run(step, interruption).catch((error) => broken(step, error)))
    if (interruption.signal) break
  }
  const failed = outcomes.filter(({ failure }) => failure !== undefined)
  const total = outcomes.reduce((sum, { seconds }) => sum + seconds, 0)
  console.log(`\n=== summary, ${total} s in all`)
  for (const { name, seconds, failure } of outcomes)
    console.log(failure === undefined ? `passed  ${seconds} s  ${name}` : `FAILED  ${seconds} s  ${name} (${failure})`)
  for (const { findings = [] } of failed) for (const line of findings) console.log(line)
  console.log(`${outcomes.length - failed.length} passed, ${failed.length} failed`)
  if (interruption.signal) return 130
  return failed.length === 0 ? 0 : 1
}

/** @returns {Promise<Outcome>} */
async function run({ name, argv, expected = 0, before, after, afterFailure, findings = failedTests }, interruption) {
  console.log(`\n=== ${name}\n    ${argv.join(' ')}`)
  const started = performance.now()
  await before?.()
  const child = $({ nothrow: true, quiet: true, stdio: ['ignore', 'pipe', 'pipe'] })`${argv}`
  interruption.child = child
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => process.stdout.write(chunk))
  const { exitCode, stdall } = await child
  interruption.child = undefined
  const text = await after?.()
  if (text) console.log(text)
  const seconds = Math.round((performance.now() - started) / 1000)
  const code = exitCode ?? 'none'
  if (code === expected && !interruption.signal) return { name, seconds }
  const output = stripVTControlCharacters(text ? `${stdall}\n${text}` : stdall)
  const failure = interruption.signal ? `ended by ${interruption.signal}` : `exit code ${code}, expected ${expected}`
  console.log(chalk.red(`failed: ${failure}`))
  await afterFailure?.()
  return {
    name,
    seconds,
    failure,
    findings: findings(output)
      .slice(-20)
      .map((line) => line.slice(0, 300)),
  }
}

/** What was to be done before or after a step could not be. @returns {Outcome} */
function broken({ name }, { message }) {
  console.log(chalk.red(`failed: ${message}`))
  return { name, seconds: 0, failure: message }
}

/** Ctrl-C reaches the step as well, which cleans up; this process waits for it. Other signals are handed on. */
function watchSignals() {
  const interruption = { signal: undefined, child: undefined }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      interruption.signal = signal
      if (signal !== 'SIGINT') void interruption.child?.kill(signal)
    })
  return interruption
}
