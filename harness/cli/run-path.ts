import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The run directory that a name on the command line means: a path, or the name of a run below runs/, such as `latest`. */
export function runPath(name: string): string {
  const below = join('runs', name)
  return !existsSync(name) && existsSync(below) ? below : name
}
