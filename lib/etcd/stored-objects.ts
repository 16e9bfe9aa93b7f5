import { gunzipSync } from 'node:zlib'
import { bash, runScript } from '../shell/bash.ts'
import type { Node } from '../node.ts'
import { keyValueHead } from './key-value.ts'

/** The newest version of an object that is still in the file, even if it was deleted since. */
export interface StoredObject {
  readonly key: string
  /** etcd's revision in which this version was written. */
  readonly revision: number
  readonly value: Buffer
}

/** How much is read from each place where a key is found; mirror pods and kubeadm's ConfigMap take a third of it. */
const windowBytes = 32 * 1024

/**
 * Finds objects in etcd's database file without etcd: each version of an object is stored whole, as mvccpb.KeyValue, and
 * stays in the file until it is compacted and its page is reused. kubelet deletes the mirror pods of a control plane
 * whose manifests are gone while the API server still answers; their last version is found nevertheless. Objects larger
 * than 32 KiB are not found.
 * @param database path of member/snap/db
 */
export async function storedObjects(
  node: Node,
  database: string,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, StoredObject>> {
  const script = bash`
if [ ! -s ${database} ]; then exit 0; fi
{ LC_ALL=C grep -abo -F -f - ${database} || true; } | cut -d: -f1 | while read -r at; do
  if [ "$at" -lt 2 ]; then continue; fi
  dd if=${database} iflag=skip_bytes,count_bytes skip=$((at - 2)) count=${windowBytes} status=none | base64 -w0
  echo
done | gzip | base64 -w0
`
  // Beside the objects there are others in the file, Secrets too.
  const { stdout } = await runScript(node, 'find objects in the etcd database', script, {
    signal,
    secret: true,
    input: keys.map((key) => `${pattern(key)}\n`).join(''),
  })
  if (stdout === '') return new Map()
  const windows = gunzipSync(Buffer.from(stdout, 'base64')).toString().split('\n').filter(Boolean)
  // The tag precedes one byte of length or, where the key is longer than 127 bytes, two.
  const pieces = windows.flatMap((window) => {
    const bytes = Buffer.from(window, 'base64')
    return [bytes.subarray(1), bytes]
  })
  return newestOf(pieces, keys)
}

/**
 * When objects were deleted, by etcd's revision: bbolt's key of a deletion is the revision (eight bytes, `_`, eight
 * bytes) and `t`, and its value holds nothing but the object's key.
 */
export async function revisionsDeleted(
  node: Node,
  database: string,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const script = bash`
{ LC_ALL=C grep -abo -F -f - ${database} || true; } | while IFS=: read -r at found; do
  if [ "$at" -lt 20 ]; then continue; fi
  dd if=${database} iflag=skip_bytes,count_bytes skip=$((at - 20)) count=20 status=none | base64 -w0
  printf ' %s\n' "\${found:1}"
done
`
  const { stdout } = await runScript(node, 'find deletions in the etcd database', script, {
    signal,
    secret: true,
    input: keys.map((key) => `${pattern(key)}\n`).join(''),
  })
  const deleted = new Map<string, number>()
  for (const line of stdout.split('\n').filter(Boolean)) {
    const key = line.slice(line.indexOf(' ') + 1)
    // Eighteen bytes of the deletion's key, the tag of the object's, and the first byte of a length that needs two.
    const before = Buffer.from(line.slice(0, line.indexOf(' ')), 'base64').subarray(
      Buffer.byteLength(key) < 128 ? 1 : 0,
    )
    if (before.toString('latin1', 8, 9) !== '_' || before.toString('latin1', 17, 18) !== 't') continue
    deleted.set(key, Math.max(deleted.get(key) ?? 0, Number(before.readBigUInt64BE(0))))
  }
  return deleted
}

/** The key preceded by the last byte of its length, so that a longer key with the same beginning is not found. */
function pattern(key: string): string {
  const bytes = Buffer.byteLength(key)
  return String.fromCharCode(bytes < 128 ? bytes : bytes >> 7) + key
}

/** The newest of each key in pieces of the file that begin with a KeyValue. */
export function newestOf(windows: readonly Buffer[], keys: readonly string[]): Map<string, StoredObject> {
  const newest = new Map<string, StoredObject>()
  for (const window of windows) {
    const found = storedObjectIn(window)
    if (!found || !keys.includes(found.key)) continue
    if (found.revision > (newest.get(found.key)?.revision ?? 0)) newest.set(found.key, found)
  }
  return newest
}

function storedObjectIn(bytes: Buffer): StoredObject | undefined {
  const head = keyValueHead(bytes)
  if (!head) return undefined
  const { key, revision, valueAt, valueLength } = head
  // Truncated at the window's end, or on a page that was overwritten since.
  if (valueLength === 0 || valueAt + valueLength > bytes.length) return undefined
  return { key, revision, value: bytes.subarray(valueAt, valueAt + valueLength) }
}
