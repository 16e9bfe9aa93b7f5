import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { parseEnv } from 'node:util'
import { chromiumPath } from './chromium-path.ts'
import { chromiumPlan } from './chromium-plan.ts'

/** Installs Chromium for the browser tests where it is missing, so that none is skipped; silent where it is there. Returns an exit code. */
export function installChromium(): number {
  if (chromiumPath() !== undefined) return 0
  const named = process.env['CHROMIUM_PATH']
  if (named) {
    console.error(`CHROMIUM_PATH names ${named}, which cannot be run. To fix it: unset CHROMIUM_PATH`)
    return 1
  }
  const { run, command } = chromiumPlan(parseEnv(osRelease())['ID'] ?? '', rights())
  if (run) {
    console.log(
      `The browser tests need Chromium, which is not on this machine. Installing the distribution's package:\n  ${command}`,
    )
    const [file = '', ...args] = run
    const started = performance.now()
    const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    if (status === 0 && chromiumPath() !== undefined) {
      console.log(`Installed in ${Math.round((performance.now() - started) / 1000)} s.`)
      return 0
    }
    console.error(`${stdout}${stderr}`.trim().split('\n').slice(-6).join('\n'))
  }
  console.error(`The browser tests need Chromium, which is not on this machine. To fix it: ${command}`)
  return 1
}

function osRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8')
  } catch {
    return ''
  }
}

function rights(): 'root' | 'sudo' | 'none' {
  if (process.getuid?.() === 0) return 'root'
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? 'sudo' : 'none'
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = installChromium()
