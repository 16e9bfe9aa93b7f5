import { PbfWriter } from 'pbf'

/** Bytes as etcd and the API server write them, for tests of what reads them. */

/** The head of a segment of the write-ahead log: a checksum record, then the metadata. */
export function walMetadataScript(memberId: number, clusterId: number): Buffer {
  const metadata = new PbfWriter()
  metadata.writeVarintField(1, memberId)
  metadata.writeVarintField(2, clusterId)
  return Buffer.concat([frame(4, undefined), frame(1, metadata.finish())])
}

function frame(type: number, data: Uint8Array | undefined): Buffer {
  const record = new PbfWriter()
  record.writeVarintField(1, type)
  record.writeVarintField(2, 7)
  if (data) record.writeBytesField(3, data)
  const bytes = Buffer.from(record.finish())
  const padding = (8 - (bytes.length % 8)) % 8
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(bytes.length) | (padding === 0 ? 0n : BigInt(0x80 | padding) << 56n))
  return Buffer.concat([length, bytes, Buffer.alloc(padding)])
}

const pageSize = 4096

type Entry = readonly [key: string, value: Buffer]

/**
 * A bbolt file of five pages: two metas (the second is newer), a root, a branch and a leaf; `buckets` by name. The
 * bucket with the entries has pages of its own, every other stands in the root page.
 */
export function bboltFile(entries: readonly Entry[], others: readonly string[] = [], name = 'members'): Buffer {
  const header = Buffer.alloc(16)
  header.writeBigUInt64LE(3n)
  const inline = Buffer.concat([Buffer.alloc(16), page(0x02, leaf([['inline', Buffer.from('here')]]), false)])
  const buckets: Entry[] = [...others.map((name): Entry => [name, inline]), [name, header]]
  return Buffer.concat([
    meta(0, 9, 1n),
    meta(1, 2, 2n),
    page(0x02, leaf(buckets)),
    page(0x01, branch(entries[0]?.[0] ?? '', 4)),
    page(0x02, leaf(entries)),
  ])
}

interface Body {
  readonly count: number
  readonly bytes: Buffer
}

function page(flags: number, { count, bytes }: Body, padded = true): Buffer {
  const header = Buffer.alloc(16)
  header.writeUInt16LE(flags, 8)
  header.writeUInt16LE(count, 10)
  const whole = Buffer.concat([header, bytes])
  return padded ? Buffer.concat([whole, Buffer.alloc(pageSize - whole.length)]) : whole
}

function meta(number: number, root: number, transaction: bigint): Buffer {
  const bytes = Buffer.alloc(64)
  bytes.writeUInt32LE(0xed0cdaed)
  bytes.writeUInt32LE(2, 4)
  bytes.writeUInt32LE(pageSize, 8)
  bytes.writeBigUInt64LE(BigInt(root), 16)
  bytes.writeBigUInt64LE(transaction, 48)
  return page(0x04, { count: number, bytes })
}

function leaf(entries: readonly Entry[]): Body {
  const elements = Buffer.alloc(16 * entries.length)
  let data = Buffer.alloc(0)
  for (const [index, [key, value]] of entries.entries()) {
    elements.writeUInt32LE(elements.length - index * 16 + data.length, index * 16 + 4)
    elements.writeUInt32LE(Buffer.byteLength(key), index * 16 + 8)
    elements.writeUInt32LE(value.length, index * 16 + 12)
    data = Buffer.concat([data, Buffer.from(key), value])
  }
  return { count: entries.length, bytes: Buffer.concat([elements, data]) }
}

function branch(key: string, child: number): Body {
  const element = Buffer.alloc(16)
  element.writeUInt32LE(16)
  element.writeUInt32LE(Buffer.byteLength(key), 4)
  element.writeBigUInt64LE(BigInt(child), 8)
  return { count: 1, bytes: Buffer.concat([element, Buffer.from(key)]) }
}

/** The key in bbolt of what etcd wrote in a revision; of a deletion, where told so. */
export function revisionKey(revision: number, deletion = false): string {
  const number = (value: number) => '\0'.repeat(7) + String.fromCharCode(value)
  return `${number(revision)}_${number(0)}${deletion ? 't' : ''}`
}

/** mvccpb.KeyValue. */
export function keyValue(key: string, revision: number, value: Buffer): Buffer {
  const pbf = new PbfWriter()
  pbf.writeStringField(1, key)
  pbf.writeVarintField(2, 1)
  pbf.writeVarintField(3, revision)
  pbf.writeVarintField(4, 2)
  pbf.writeBytesField(5, value)
  return Buffer.from(pbf.finish())
}

function stored(write: (pbf: PbfWriter) => void): Buffer {
  const object = new PbfWriter()
  object.writeMessage(1, (_, metadata) => metadata.writeStringField(1, 'name'), undefined)
  write(object)
  const unknown = new PbfWriter()
  unknown.writeMessage(1, (_, type) => type.writeStringField(1, 'v1'), undefined)
  unknown.writeBytesField(2, object.finish())
  return Buffer.concat([Buffer.from('k8s\0'), Buffer.from(unknown.finish())])
}

/** A ConfigMap as the API server stores it. */
export function storedConfigMap(data: Readonly<Record<string, string>>): Buffer {
  return stored((object) => {
    for (const [key, value] of Object.entries(data)) {
      object.writeMessage(
        2,
        (_, entry) => {
          entry.writeStringField(1, key)
          entry.writeStringField(2, value)
        },
        undefined,
      )
    }
  })
}

/** `limits` is field 1, `requests` field 2. */
const resources = [
  [1, 'memory', '2Gi'],
  [2, 'cpu', '250m'],
  [2, 'memory', '1Gi'],
] as const

function writeResources(_: unknown, pbf: PbfWriter): void {
  for (const [field, name, quantity] of resources) {
    pbf.writeMessage(
      field,
      (__, entry) => {
        entry.writeStringField(1, name)
        entry.writeMessage(2, (___, value) => value.writeStringField(1, quantity), undefined)
      },
      undefined,
    )
  }
}

/** A pod with one container, its resources, a mount and a volume, as the API server stores it. */
export function storedPod(image: string, command: readonly string[], hostPath: string, type: string): Buffer {
  return stored((object) => {
    object.writeMessage(
      2,
      (_, spec) => {
        spec.writeMessage(
          1,
          (__, volume) => {
            volume.writeStringField(1, 'extra')
            volume.writeMessage(
              2,
              (___, source) =>
                source.writeMessage(
                  1,
                  (____, host) => {
                    host.writeStringField(1, hostPath)
                    host.writeStringField(2, type)
                  },
                  undefined,
                ),
              undefined,
            )
          },
          undefined,
        )
        spec.writeMessage(
          2,
          (__, container) => {
            container.writeStringField(1, 'kube-apiserver')
            container.writeStringField(2, image)
            for (const word of command) container.writeStringField(3, word)
            container.writeMessage(8, writeResources, undefined)
            container.writeMessage(
              9,
              (___, mount) => {
                mount.writeStringField(1, 'extra')
                mount.writeBooleanField(2, true)
                mount.writeStringField(3, '/extra')
              },
              undefined,
            )
          },
          undefined,
        )
      },
      undefined,
    )
  })
}

/** What the script that reads pages answers, with all that is in a page of this file. */
export function pageOf(file: Buffer): (command: { readonly script: string }) => string {
  return ({ script }) => {
    const [, from = 0, size = 0] = /from=(\d+) size=(\d+)/.exec(script)?.map(Number) ?? []
    const page = file.subarray(from, from + size)
    return page.length < 80 ? '' : `0:${[...page].join(' ')}\n${size}\n`
  }
}

/** Answers of a control plane whose etcd has its data, of a database that tells nothing. */
export const etcdOnDisk = {
  'read the write-ahead log of etcd': walMetadataScript(1, 2).toString('base64'),
  'read pages of the etcd database': '',
  'find objects in the etcd database': '',
  'find static pods in the etcd database': '',
}
