#!/usr/bin/env node
// Plain JavaScript that any Node can read: it says what to install before anything fails that is harder to understand.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
// A checkout holds TypeScript, which Node 24 runs as it is; the package holds the JavaScript built from it.
const isCheckout = existsSync(join(root, 'harness/cli/main.ts'))
const program = isCheckout ? '../harness/cli/main.ts' : '../dist/harness/cli/main.js'
const [wantedMajor, wantedMinor] = isCheckout ? [24, 0] : [22, 22]

/** The Node of the npm package `node`, which a checkout has among its development dependencies. */
function otherNode() {
  try {
    return join(
      dirname(nodeModule.createRequire(join(root, 'package.json')).resolve('node/package.json')),
      'bin',
      'node',
    )
  } catch {
    return undefined
  }
}

/**
 * Half of a start is the compilation of some 400 files of TypeScript; so is that of the processes that drill starts, while a
 * cluster is down. Below node_modules it goes with the checkout, and nobody else can write to it.
 */
function keepCompiled() {
  const folder = join(root, 'node_modules', '.cache', 'drill')
  nodeModule.enableCompileCache?.(folder)
  process.env.NODE_COMPILE_CACHE ??= folder
}

async function run() {
  if (isCheckout) keepCompiled()
  const { main } = await import(program)
  process.exitCode = await main(process.argv.slice(2))
}

function runWith(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal signals the whole group; a lone signal to this process is handed on, and the child decides when to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(
      signal,
      () => child.exitCode ?? (process.stdin.isTTY && signal === 'SIGINT' ? undefined : child.kill(signal)),
    )
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 3)))
}

const [major, minor] = process.versions.node.split('.').map(Number)
if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) await run()
else {
  const node = otherNode()
  if (node && existsSync(node)) runWith(node)
  else {
    const fix = isCheckout
      ? `run "npm ci" in ${root}, or install Node 24`
      : 'run "npm install node@24" beside it, or install Node 24 from https://nodejs.org'
    console.error(`drill needs Node ${wantedMajor}.${wantedMinor} or later, this is ${process.version}: ${fix}`)
    process.exit(3)
  }
}
