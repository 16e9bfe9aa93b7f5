import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Debian's name first; Chrome does as well, and GitHub's runners have it. */
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

export interface ChromiumPathOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>
  readonly isExecutable?: (path: string) => boolean
}

/** The path of Chromium or Chrome: CHROMIUM_PATH, or the first that is on PATH; undefined where there is none. */
export function chromiumPath(options: ChromiumPathOptions = {}): string | undefined {
  const { environment = process.env, isExecutable = executable } = options
  const named = environment['CHROMIUM_PATH']
  if (named) return isExecutable(named) ? named : undefined
  const folders = (environment['PATH'] ?? '').split(delimiter).filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
