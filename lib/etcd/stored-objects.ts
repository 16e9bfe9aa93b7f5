import { gunzipSync } from 'node:zlib'
import { bash, runScript } from '../shell/bash.ts'
import type { Node } from '../node.ts'
import { keyValueHead } from './key-value.ts'
import { recordFunctions } from './record-functions.ts'

/** The newest version of an object that is still in the file, even if it was deleted since. */
export interface StoredObject {
  readonly key: string
  /** etcd's revision in which this version was written. */
  readonly revision: number
  readonly value: Buffer
}

/** Of an object with its key. Mirror pods and kubeadm's ConfigMap take a third of it. */
const largestBytes = 32 * 1024

/**
 * Finds objects in etcd's database file without etcd: each version of an object is stored whole, as mvccpb.KeyValue, and
 * stays in the file until it is compacted and its page is reused. Only the newest one leaves the machine. kubelet deletes the
 * mirror pods of a control plane whose manifests are gone while the API server still answers; their last version is found
 * nevertheless. Objects larger than 32 KiB are not found.
 * @param database path of member/snap/db
 */
export async function storedObjects(
  node: Node,
  database: string,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, StoredObject>> {
  const script = bash`
${recordFunctions}
if [ ! -s ${database} ]; then exit 0; fi
size=$(stat -L -c %s ${database})
declare -A newest=() place=()
# The tag precedes one byte of length or, where the key is longer than 127 bytes, two.
while IFS=: read -r at found; do
  key=\${found:1}
  at=$((at - (\${#key} < 128 ? 1 : 2)))
  if [ "$at" -lt 0 ] || ! record_at ${database} "$at" \${#key} || [ "$length" -gt ${largestBytes} ]; then continue; fi
  if [ $((at + length)) -gt "$size" ]; then continue; fi
  if [ "$revision" -gt "\${newest[$key]-0}" ]; then newest[$key]=$revision place[$key]="$at $length"; fi
done < <(LC_ALL=C grep -abo -F -f /dev/stdin ${database})
for key in "\${!place[@]}"; do
  read -r at length <<< "\${place[$key]}"
  dd if=${database} iflag=skip_bytes,count_bytes skip="$at" count="$length" status=none | base64 -w0
  echo
done | gzip | base64 -w0
`
  const { stdout } = await runScript(node, 'find objects in the etcd database', script, {
    signal,
    input: keys.map((key) => `${pattern(key)}\n`).join(''),
  })
  if (stdout === '') return new Map()
  const records = gunzipSync(Buffer.from(stdout, 'base64')).toString().split('\n').filter(Boolean)
  return newestOf(
    records.map((record) => Buffer.from(record, 'base64')),
    keys,
  )
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
${recordFunctions}
{ LC_ALL=C grep -abo -F -f - ${database} || true; } | while IFS=: read -r at found; do
  key=\${found:1}
  # Eighteen bytes of the deletion's key, then the tag of the object's, and a first byte of its length where that has two.
  at=$((at - 18 - (\${#key} < 128 ? 1 : 2)))
  if [ "$at" -lt 0 ]; then continue; fi
  bytes_at ${database} "$at" 18
  if [ "\${bytes[8]-}" != 95 ] || [ "\${bytes[17]-}" != 116 ]; then continue; fi
  revision=0
  for i in {0..7}; do revision=$((revision << 8 | bytes[i])); done
  printf '%s %s\n' "$revision" "$key"
done
`
  const { stdout } = await runScript(node, 'find deletions in the etcd database', script, {
    signal,
    input: keys.map((key) => `${pattern(key)}\n`).join(''),
  })
  const deleted = new Map<string, number>()
  for (const line of stdout.split('\n').filter(Boolean)) {
    const key = line.slice(line.indexOf(' ') + 1)
    deleted.set(key, Math.max(deleted.get(key) ?? 0, Number(line.slice(0, line.indexOf(' ')))))
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
  // Truncated at the file's end.
  if (valueLength === 0 || valueAt + valueLength > bytes.length) return undefined
  return { key, revision, value: bytes.subarray(valueAt, valueAt + valueLength) }
}
