import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addLayer, writeImages } from './oci-archive.ts'

let layout = ''
beforeEach(async () => {
  layout = await mkdtemp(join(tmpdir(), 'drill-oci-'))
})
afterEach(async () => rm(layout, { recursive: true }))

const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>>
}

/** What a descriptor points to, after a look that it is what it says. */
async function blob({ digest, size }: Descriptor): Promise<Buffer> {
  const bytes = await readFile(join(layout, 'blobs', ...digest.split(':')))
  expect(sha256(bytes)).toBe(digest)
  expect(bytes.length).toBe(size)
  return bytes
}

test('every digest and size in the layout is true, from the index down to the bytes of the layer', async () => {
  const tar = join(layout, 'layer.tar')
  await writeFile(join(layout, 'pause'), 'a program')
  execFileSync('tar', ['--directory', layout, '--create', '--file', tar, 'pause'])
  const layer = await addLayer(layout, tar)
  await writeImages(layout, [
    { name: 'registry.invalid/one:1', layers: [layer], entrypoint: ['/one'] },
    { name: 'registry.invalid/two:1', layers: [layer, layer], entrypoint: ['/two'] },
  ])

  const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as { manifests: Descriptor[] }
  expect(index.manifests.map(({ annotations }) => annotations?.['io.containerd.image.name'])).toEqual([
    'registry.invalid/one:1',
    'registry.invalid/two:1',
  ])
  expect(index.manifests[0]?.digest).not.toBe(index.manifests[1]?.digest)
  for (const descriptor of index.manifests) {
    const manifest = JSON.parse(String(await blob(descriptor))) as { config: Descriptor; layers: Descriptor[] }
    const config = JSON.parse(String(await blob(manifest.config))) as { rootfs: { diff_ids: string[] } }
    const contents = await Promise.all(manifest.layers.map(async (one) => zstdDecompressSync(await blob(one))))
    expect(contents.map(sha256)).toEqual(config.rootfs.diff_ids)
    expect(contents[0]).toEqual(await readFile(tar))
  }
})
