import { Worker } from 'node:worker_threads'

/** Ten times what a drill takes. */
const defaultLimitBytes = 3e9

/** A thread of its own: the main one may be the loop that takes the memory. */
const program = `
const { writeSync } = require('node:fs')
const { Session } = require('node:inspector')
const { workerData } = require('node:worker_threads')
const overLimit = (times) => process.memoryUsage.rss() > times * workerData.limitBytes
const say = (what) => writeSync(2, 'drill takes more than ' + workerData.limitBytes / 1e6 + ' MB of memory and is ended; please report it with what it does now: ' + what + '\\n')
let isSaid = false
let session
function ask() {
  session = new Session()
  session.connectToMainThread()
  session.on('Debugger.paused', ({ params }) => {
    if (isSaid) return
    isSaid = true
    say(params.callFrames.slice(0, 12).map(({ functionName, url, location }) => (functionName || 'anonymous') + ' (' + url + ':' + (location.lineNumber + 1) + ')').join(' < '))
    session.post('Debugger.resume')
    process.kill(process.pid, 'SIGTERM')
  })
  session.post('Debugger.enable')
  session.post('Debugger.pause')
}
setInterval(() => {
  if (!session && overLimit(1)) ask()
  if (!overLimit(2)) return
  if (!isSaid) say('native code')
  process.kill(process.pid, 'SIGKILL')
}, 200)
`

/**
 * Watches the memory of this process. Over the limit, standard error says what the process is doing, and it is told to end (SIGTERM), which
 * cleans up; over twice the limit it is killed. Otherwise the kernel ends other processes first, as it did for a drill that grew to
 * 21 GB. Keeps no process alive.
 */
export function limitMemory(limitBytes = defaultLimitBytes): void {
  new Worker(program, { eval: true, execArgv: [], workerData: { limitBytes } }).unref()
}
