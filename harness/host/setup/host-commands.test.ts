import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { findKind } from './kind-path.ts'
import { pullImage } from './pull-image.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'host-commands-'))
  // No kind of this machine's shall be found.
  for (const name of ['GOBIN', 'GOPATH', 'HOME']) vi.stubEnv(name, folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

/** Puts a command of that name into a folder that comes early or late on PATH. */
async function command(place: string, name: string, body: string): Promise<string> {
  const path = join(folder, place, name)
  await mkdir(join(folder, place), { recursive: true })
  await writeFile(path, `#!/bin/sh\n${body}\n`)
  await chmod(path, 0o755)
  return path
}
const usePath = (...places: readonly string[]) =>
  vi.stubEnv('PATH', [...places.map((place) => join(folder, place)), '/usr/bin', '/bin'].join(':'))

describe('findKind', () => {
  test('the first that is on PATH, when it fits', async () => {
    const path = await command('early', 'kind', 'echo kind v0.33.1 go1.26.8 linux/amd64')
    await command('late', 'kind', 'echo kind v0.33.0 go1.26.8 linux/amd64')
    usePath('early', 'late')
    expect(await findKind()).toEqual({ path, version: '0.33.1', fits: true })
  })

  test('one that fits behind one that does not', async () => {
    await command('early', 'kind', 'echo kind v0.20.0 go1.20 linux/amd64')
    const path = await command('late', 'kind', 'echo kind v0.33.0 go1.26.8 linux/amd64')
    usePath('early', 'late')
    expect(await findKind()).toEqual({ path, version: '0.33.0', fits: true })
  })

  test('where `go install` puts it, although that is not on PATH', async () => {
    const path = await command('bin', 'kind', 'echo kind v0.33.0 go1.26.8 linux/amd64')
    vi.stubEnv('GOBIN', undefined)
    usePath()
    expect(await findKind()).toMatchObject({ path, fits: true })
  })

  test('one that cannot say its version does not fit', async () => {
    const path = await command('early', 'kind', 'exit 1')
    usePath('early')
    expect(await findKind()).toEqual({ path, version: undefined, fits: false })
  })
})

describe('pullImage', () => {
  test('reports lines, and ends when docker does', async () => {
    await command('early', 'docker', 'echo "Pulling from $2"')
    usePath('early')
    const lines: string[] = []
    await pullImage('kindest/node:v1', { onLine: (line) => lines.push(line) })
    expect(lines).toEqual(['Pulling from kindest/node:v1'])
  })

  test("says why it could not, in the engine's words", async () => {
    await command('early', 'docker', 'echo "Error response from daemon: no such host" >&2; exit 1')
    usePath('early')
    await expect(pullImage('kindest/node:v1', { onLine: () => undefined })).rejects.toThrow(
      'could not pull the image kindest/node:v1: Error response from daemon: no such host',
    )
  })
})
