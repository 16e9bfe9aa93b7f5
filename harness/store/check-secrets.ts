import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { plantedIn } from '../model/planted-secrets.ts'
import { secretsIn } from './redact.ts'

/**
 * Looks for secrets in every file of a real run's directory, also inside the data that index.html carries compressed; and for commands
 * of a repair whose output held one, though no record has it.
 */
export function leaksIn(runDir: string): readonly string[] {
  const files = globSync('**/*', { cwd: runDir, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name)
    const text = readFileSync(path, 'latin1')
    const whole = `${text}\n${unpacked(text)}`
    return [...secretsIn(whole), ...plantedIn(whole), ...leftMachines(path, text)].map((kind) => `${path}: ${kind}`)
  })
}

/** What recorded commands say of their outputs (recorded-node.ts). */
function leftMachines(path: string, text: string): string[] {
  if (!/commands\/[^/]*\.jsonl$/.test(path)) return []
  return text
    .split('\n')
    .filter((line) => line.includes('"left":['))
    .map((line) => JSON.parse(line) as { readonly argv?: readonly string[]; readonly left?: readonly string[] })
    .filter(({ left }) => left !== undefined)
    .map(({ argv = [], left = [] }) => {
      const title = /^# (.*)/.exec(argv[2] ?? '')?.[1] ?? argv.join(' ').slice(0, 80)
      return `${left.join(', ')} left the machine in the output of "${title}"`
    })
}

/** What stands behind base64 of gzip, as the report embeds its data. */
function unpacked(text: string): string {
  return [...text.matchAll(/H4sI[A-Za-z0-9+/]{40,}={0,2}/g)]
    .map(([data]) => {
      try {
        return gunzipSync(Buffer.from(data, 'base64')).toString('latin1')
      } catch {
        return ''
      }
    })
    .join('\n')
}

if (import.meta.main) {
  const [runDir = 'runs/latest'] = process.argv.slice(2)
  const leaks = leaksIn(runDir)
  for (const leak of leaks) console.error(leak)
  console.log(leaks.length === 0 ? `no secret in ${runDir}` : `${leaks.length} leaks in ${runDir}`)
  process.exitCode = leaks.length === 0 ? 0 : 1
}
