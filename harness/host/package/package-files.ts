import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Whether this is a checkout, whose TypeScript Node runs as it is; false in the installed package, which holds JavaScript. */
export const runsFromSources = import.meta.filename.endsWith('.ts')

/** The checkout, or the folder of the installed package: the nearest one above with a package.json. Absolute. */
export const packageRoot = rootAbove(import.meta.dirname)

/**
 * The absolute path of a file or folder that drill reads at run time, by its path in the repository. It has the same path
 * in the package, if `files` of package.json lists it.
 */
export function packageFile(path: string): string {
  return join(packageRoot, path)
}

/**
 * The path below `packageRoot` of a program that runs in a process of its own, by its path in the repository without
 * the extension: `harness/recovery/repair-main` is a .ts file in a checkout, and below dist/ in the package.
 */
export function programPath(name: string): string {
  return runsFromSources ? `${name}.ts` : join('dist', `${name}.js`)
}

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error(`no package.json above ${import.meta.dirname}: install drill again`)
  return rootAbove(parent)
}
