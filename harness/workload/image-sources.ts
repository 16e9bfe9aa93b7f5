import { readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

/** An import that is left when types have been stripped. */
const importing = /^(?:import|export)(?! type\b)(?:[^'"]*?\sfrom)?\s+['"](\.[^'"]+)['"]/gm

/**
 * The files that some entry points need at run time, by their path below `root`, sorted. Follows relative imports, so
 * that a file newly imported cannot be forgotten in the image.
 */
export async function imageSources(root: string, entries: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  const visit = async (file: string): Promise<void> => {
    if (found.has(file)) return
    const source = await readFile(join(root, file), 'utf8')
    found.set(file, source)
    for (const [, specifier = ''] of source.matchAll(importing))
      await visit(relative(root, join(root, dirname(file), specifier)))
  }
  for (const entry of entries) await visit(entry)
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}
