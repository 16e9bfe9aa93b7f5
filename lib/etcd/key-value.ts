import { PbfReader } from 'pbf'

/** The head of an mvccpb.KeyValue: all that precedes its value. */
export interface KeyValueHead {
  readonly key: string
  /** etcd's revision in which this version was written. */
  readonly revision: number
  /** Where the value begins in the bytes, and how long it is. */
  readonly valueAt: number
  readonly valueLength: number
}

/**
 * Reads the KeyValue (etcd, api/mvccpb/kv.proto: key 1, create_revision 2, mod_revision 3, version 4, value 5) at the
 * beginning of these bytes; its value may be missing. Undefined where there is none.
 */
export function keyValueHead(bytes: Buffer): KeyValueHead | undefined {
  const pbf = new PbfReader(bytes)
  try {
    if (pbf.readVarint() !== 0x0a) return undefined
    const keyLength = pbf.readVarint()
    const key = bytes.subarray(pbf.pos, pbf.pos + keyLength)
    if (key.length !== keyLength) return undefined
    pbf.pos += keyLength
    let revision = 0
    for (const tag of [0x10, 0x18, 0x20]) {
      if (pbf.readVarint() !== tag) return undefined
      const value = pbf.readVarint()
      if (tag === 0x18) revision = value
    }
    if (pbf.readVarint() !== 0x2a) return undefined
    const valueLength = pbf.readVarint()
    return pbf.pos > bytes.length ? undefined : { key: key.toString(), revision, valueAt: pbf.pos, valueLength }
  } catch {
    return undefined
  }
}
