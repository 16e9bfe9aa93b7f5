import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { packageFile } from './package-files.ts'

const packageJson = z.object({ version: z.string() })

/** The version of package.json. */
export const drillVersion = (): string =>
  packageJson.parse(JSON.parse(readFileSync(packageFile('package.json'), 'utf8'))).version
