import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { imageSources } from './image-sources.ts'
import { workloadImageEntries, workloadImageRef } from './workload-image.ts'

test('follows what is imported at run time, round in circles too, and leaves types alone', async () => {
  const root = mkdtempSync(join(tmpdir(), 'drill-sources-'))
  mkdirSync(join(root, 'b'))
  writeFileSync(join(root, 'a.ts'), "import { x } from './b/x.ts'\nimport type { T } from './t.ts'\nimport './c.ts'\n")
  writeFileSync(join(root, 'b/x.ts'), "export {\n  y,\n} from '../a.ts'\nimport { z } from 'node:fs'\n")
  writeFileSync(join(root, 'c.ts'), '')
  expect([...(await imageSources(root, ['a.ts'])).keys()]).toEqual(['a.ts', 'b/x.ts', 'c.ts'])
  rmSync(root, { recursive: true })
})

test('the image’s sources import nothing that the image has not', async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const sources = await imageSources(root, workloadImageEntries)
  expect(sources.size).toBeGreaterThan(10)
  for (const source of sources.values()) {
    const packages = [
      ...source.matchAll(/^(?:import|export)(?! type\b)(?:[^'"]*?\sfrom)?\s+['"]([^.'"][^'"]*)['"]/gm),
    ].map(([, name = '']) => name)
    expect(packages.filter((name) => !isBuiltin(name))).toEqual([])
  }
})

test('the reference stands for the contents', async () => {
  expect(await workloadImageRef()).toMatch(/^drill\.local\/workload:[0-9a-f]{12}$/)
  expect(await workloadImageRef()).toBe(await workloadImageRef())
})
