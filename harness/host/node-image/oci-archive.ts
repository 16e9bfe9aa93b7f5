import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress } from 'node:zlib'

/** A layer in the layout: its compressed blob, and the hash of what is in it. */
export interface OciLayer {
  readonly digest: string
  readonly size: number
  readonly diffId: string
}

export interface OciImage {
  /** Full name with tag. */
  readonly name: string
  readonly layers: readonly OciLayer[]
  readonly entrypoint: readonly string[]
}

interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
}

const mediaType = (kind: string) => `application/vnd.oci.image.${kind}`
const architecture = process.arch === 'x64' ? 'amd64' : process.arch
const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Compresses a tar file into the layout. Zstandard, because every node unpacks it and gzip takes several times as long. */
export async function addLayer(layout: string, tarFile: string): Promise<OciLayer> {
  const blobs = await blobDirectory(layout)
  const partial = join(blobs, `partial-${process.pid}-${performance.now()}`)
  const content = createHash('sha256')
  const compressed = createHash('sha256')
  const zstd = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 6 } })
  await pipeline(createReadStream(tarFile), hashing(content), zstd, hashing(compressed), createWriteStream(partial))
  const hex = compressed.digest('hex')
  await rename(partial, join(blobs, hex))
  return {
    digest: `sha256:${hex}`,
    size: (await stat(join(blobs, hex))).size,
    diffId: `sha256:${content.digest('hex')}`,
  }
}

/**
 * Completes a layout (Open Container Initiative, image layout 1.0) with images made of its layers. containerd's importer takes
 * an image's name from the annotation.
 */
export async function writeImages(layout: string, images: readonly OciImage[]): Promise<void> {
  const manifests = []
  for (const image of images) {
    const config = await addJson(layout, mediaType('config.v1+json'), {
      architecture,
      os: 'linux',
      config: { Entrypoint: image.entrypoint, Env: [path] },
      rootfs: { type: 'layers', diff_ids: image.layers.map((layer) => layer.diffId) },
      history: image.layers.map(() => ({ created_by: 'drill' })),
    })
    const layers = image.layers.map(({ digest, size }) => ({ mediaType: mediaType('layer.v1.tar+zstd'), digest, size }))
    const manifest = await addJson(layout, mediaType('manifest.v1+json'), {
      schemaVersion: 2,
      mediaType: mediaType('manifest.v1+json'),
      config,
      layers,
    })
    manifests.push({
      ...manifest,
      platform: { architecture, os: 'linux' },
      annotations: { 'io.containerd.image.name': image.name },
    })
  }
  await writeFile(
    join(layout, 'index.json'),
    JSON.stringify({ schemaVersion: 2, mediaType: mediaType('index.v1+json'), manifests }),
  )
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
}

async function addJson(layout: string, type: string, value: unknown): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(value))
  const hex = createHash('sha256').update(bytes).digest('hex')
  await writeFile(join(await blobDirectory(layout), hex), bytes)
  return { mediaType: type, digest: `sha256:${hex}`, size: bytes.length }
}

async function blobDirectory(layout: string): Promise<string> {
  const directory = join(layout, 'blobs', 'sha256')
  await mkdir(directory, { recursive: true })
  return directory
}

function hashing(hash: Hash): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
}
