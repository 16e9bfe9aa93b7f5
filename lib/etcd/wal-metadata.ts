import { PbfReader } from 'pbf'

/** Who an etcd member is, as its write-ahead log says; ids as etcdctl prints them, in hexadecimal. */
export interface WalIdentity {
  readonly clusterId: string
  readonly memberId: string
}

const metadataType = 1

/**
 * The identity in the first bytes of a segment of etcd's write-ahead log: every segment begins with a checksum and the
 * metadata (etcd, server/storage/wal/wal.go, and etcdserverpb.Metadata: node id 1, cluster id 2). Undefined where
 * there is none.
 */
export function walIdentity(head: Buffer): WalIdentity | undefined {
  for (let at = 0; at + 8 <= head.length;) {
    // The length is in the lower 56 bits; the highest byte tells the padding (wal/decoder.go, decodeFrameSize).
    const bytes = Number(head.readBigUInt64LE(at) & 0xff_ffff_ffff_ffffn)
    const highest = head.readUInt8(at + 7)
    const padding = highest & 0x80 ? highest & 0x07 : 0
    if (bytes === 0 || at + 8 + bytes > head.length) return undefined
    const record = recordIn(head.subarray(at + 8, at + 8 + bytes))
    if (record.type === metadataType) return identityIn(record.data)
    at += 8 + bytes + padding
  }
  return undefined
}

function recordIn(bytes: Buffer): { type: number; data: Uint8Array } {
  const record = { type: 0, data: new Uint8Array() as Uint8Array }
  new PbfReader(bytes).readFields((tag, _, pbf) => {
    if (tag === 1) record.type = pbf.readVarint()
    else if (tag === 3) record.data = pbf.readBytes()
  }, record)
  return record
}

/** 64-bit ids do not fit into a number, so their varints are read byte by byte. */
function identityIn(data: Uint8Array): WalIdentity | undefined {
  const ids = new Map<number, string>()
  for (let at = 0; at < data.length;) {
    const field = (data[at] ?? 0) >> 3
    at += 1
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = data[at]
      if (byte === undefined) return undefined
      at += 1
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    ids.set(field, value.toString(16))
  }
  const [memberId, clusterId] = [ids.get(1), ids.get(2)]
  return memberId === undefined || clusterId === undefined ? undefined : { memberId, clusterId }
}
