#!/usr/bin/env node
// Node 24 runs the TypeScript sources as they are. Where an older Node started us, the one in devDependencies takes over.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

function node24() {
  try {
    return join(dirname(createRequire(join(root, 'package.json')).resolve('node/package.json')), 'bin', 'node')
  } catch {
    console.error(`drill needs Node 24, this is ${process.version}: run "npm ci" in ${root}, or install Node 24`)
    process.exit(3)
  }
}

if (Number(process.versions.node.split('.')[0]) >= 24) {
  const { main } = await import('../harness/cli/main.ts')
  process.exitCode = await main(process.argv.slice(2))
} else {
  const child = spawn(node24(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal signals the whole group; a lone signal to this process is handed on, and the child decides when to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(
      signal,
      () => child.exitCode ?? (process.stdin.isTTY && signal === 'SIGINT' ? undefined : child.kill(signal)),
    )
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 3)))
}
