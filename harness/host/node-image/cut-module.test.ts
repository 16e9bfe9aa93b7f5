import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { layOutModule } from './cut-module.ts'
import { downloadedModule } from './go-build.ts'

vi.mock('./go-build.ts', () => ({ downloadedModule: vi.fn() }))

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'drill-cut-module-'))
  onTestFinished(() => rm(root, { recursive: true }))
})

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
}

test('the module lies in its directory without what is left out, under what the repository has there', async () => {
  await write({
    'cache/go.mod': 'all of it',
    'cache/acme/acme.go': 'kept',
    'cache/providers/dns/one.go': 'left out',
    'cache/main.go': 'left out',
    'ours/go.mod': 'replace => ./lego',
    'ours/lego/go.mod': 'less',
    'ours/lego/providers/dns/none.go': 'ours',
  })
  vi.mocked(downloadedModule).mockResolvedValue(join(root, 'cache'))
  const cut = { module: 'lego@v5.4.1', directory: 'lego', without: ['providers/dns', 'main.go'] }
  await layOutModule(join(root, 'ours'), cut, join(root, 'to'), {})
  expect((await readdir(join(root, 'to/lego'), { recursive: true })).toSorted()).toEqual(
    ['acme', 'acme/acme.go', 'go.mod', 'providers', 'providers/dns', 'providers/dns/none.go'].toSorted(),
  )
  expect(await readFile(join(root, 'to/lego/go.mod'), 'utf8')).toBe('less')
  expect(await readFile(join(root, 'to/go.mod'), 'utf8')).toBe('replace => ./lego')
})
