import { bash, runScript } from '../shell/bash.ts'
import type { Node } from '../node.ts'
import { bboltValues, type ReadPages } from './bbolt-reader.ts'
import { pagesOf } from './etcd-files.ts'
import { revisionsDeleted, storedObjects } from './stored-objects.ts'

/** An encryption key by what stored values call it, for example aescbc and key1. */
export interface StoredKeyName {
  readonly provider: string
  readonly name: string
}

/** Values can be many; a file of 2 GiB is read in some seconds. */
const timeoutMs = 180_000

/**
 * The keys with which values in etcd's database file are encrypted: each such value begins with
 * `k8s:enc:<provider>:v<n>:<name of the key>:` (apiserver, pkg/storage/value/encrypt). Of values that nobody needs any
 * more, too; `objectsEncryptedWith` tells.
 */
export async function storedKeyNames(node: Node, database: string, signal: AbortSignal): Promise<StoredKeyName[]> {
  const script = bash`
if [ ! -s ${database} ]; then exit 0; fi
{ LC_ALL=C grep -ao ${'k8s:enc:[a-z]\\+:v[0-9]\\+:[^:[:cntrl:]]\\+:'} ${database} || true; } | sort -u
`
  const title = 'see with which keys values in the database of etcd are encrypted'
  const { stdout } = await runScript(node, title, script, { signal, timeoutMs })
  const names = new Map<string, StoredKeyName>()
  for (const line of stdout.split('\n')) {
    const [, provider, name] = /^k8s:enc:([a-z]+):v\d+:([^:]+):$/.exec(line) ?? []
    if (provider !== undefined && name !== undefined) names.set(`${provider}:${name}`, { provider, name })
  }
  return [...names.values()]
}

/**
 * The objects (keys in etcd) whose present value is encrypted with a key: not those that were written with another key
 * or deleted since, nor what only stands in pages that bbolt has given up.
 */
export async function objectsEncryptedWith(
  node: Node,
  database: string,
  key: StoredKeyName,
  signal: AbortSignal,
): Promise<string[]> {
  const found = await versionsEncryptedWith(node, database, key, signal)
  const keys = [...found.keys()]
  if (keys.length === 0) return []
  const newest = await storedObjects(node, database, keys, signal)
  const deleted = await revisionsDeleted(node, database, keys, signal)
  const objects: string[] = []
  const readPages = pagesOf(node, database, signal)
  for (const [object, revision] of found) {
    if ((newest.get(object)?.revision ?? 0) > revision || (deleted.get(object) ?? 0) > revision) continue
    if (await isReachable(readPages, object, revision)) objects.push(object)
  }
  return objects
}

/** How much stands before a value: the record's head and the object's key. */
const headBytes = 700

/** Each object with the newest revision that is encrypted with this key. */
async function versionsEncryptedWith(
  node: Node,
  database: string,
  { provider, name }: StoredKeyName,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const pattern = `k8s:enc:${provider}:v[0-9]\\+:${name.replaceAll(/[\\.[\]*^$]/g, String.raw`\$&`)}:`
  const script = bash`
{ LC_ALL=C grep -abo ${pattern} ${database} || true; } | cut -d: -f1 | while read -r at; do
  from=$((at > ${headBytes} ? at - ${headBytes} : 0))
  dd if=${database} iflag=skip_bytes,count_bytes skip="$from" count=$((at - from)) status=none | base64 -w0
  echo
done
`
  const title = 'see which values in the database of etcd need a key'
  const { stdout } = await runScript(node, title, script, { signal, timeoutMs })
  const versions = new Map<string, number>()
  for (const line of stdout.split('\n').filter(Boolean)) {
    const head = keyValueHead(Buffer.from(line, 'base64'))
    if (head && head.revision > (versions.get(head.key) ?? 0)) versions.set(head.key, head.revision)
  }
  return versions
}

/** The key and mod_revision of the mvccpb.KeyValue whose value begins where the bytes end. */
function keyValueHead(bytes: Buffer): { readonly key: string; readonly revision: number } | undefined {
  for (let at = bytes.lastIndexOf(0x0a); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(0x0a, at - 1)) {
    const head = headAt(bytes, at)
    if (head) return head
  }
  return undefined
}

function headAt(bytes: Buffer, start: number): { readonly key: string; readonly revision: number } | undefined {
  let at = start
  const varint = () => {
    let value = 0
    for (let factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++] ?? 0
      value += (byte & 0x7f) * factor
      if (byte < 0x80) break
    }
    return value
  }
  at += 1
  const length = varint()
  const key = bytes.subarray(at, at + length)
  at += length
  let revision = 0
  for (const tag of [0x10, 0x18, 0x20, 0x2a]) {
    if (bytes[at] !== tag) return undefined
    at += 1
    const value = varint()
    if (tag === 0x18) revision = value
  }
  return at === bytes.length && key.length === length ? { key: key.toString(), revision } : undefined
}

/** bbolt still has this version: its key there is the revision, eight bytes, `_` and the operation's number. */
async function isReachable(readPages: ReadPages, object: string, revision: number): Promise<boolean> {
  const prefix = Buffer.alloc(9, '_')
  prefix.writeBigUInt64BE(BigInt(revision))
  try {
    const values = await bboltValues(readPages, 'key', prefix)
    return values.some((value) => value.includes(object))
  } catch {
    // A layout that cannot be read: better to refuse for a value that nobody needs than to lose one.
    return true
  }
}
