import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const inputs = [
  'reports/html/{index.html,vite.config.ts,payload.ts}',
  'reports/html/app/**/*',
  'reports/model/*.ts',
  'harness/model/format.ts',
]
const tools = ['preact', 'uplot', 'vite', 'vite-plugin-singlefile']

/**
 * The hash of all that template.html is made from: the page's sources and the versions of what builds it. It stands in the template, so
 * that a forgotten `npm run build:report` is found by a test and not by a reader.
 */
export function templateInputsHash(): string {
  const files = globSync(inputs, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .toSorted()
  const hash = createHash('sha256')
  for (const file of files)
    hash.update(`${file.slice(root.length)}\0${readFileSync(file, 'utf8').replaceAll('\r\n', '\n')}\0`)
  const { devDependencies } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
    devDependencies: Record<string, string>
  }
  for (const tool of tools) hash.update(`${tool} ${devDependencies[tool] ?? ''}\0`)
  return hash.digest('hex')
}
