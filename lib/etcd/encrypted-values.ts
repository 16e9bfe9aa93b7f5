import { bash, quote, runScript } from '../shell/bash.ts'
import type { Node } from '../node.ts'
import { bboltPlaces } from './bbolt-reader.ts'
import { pagesOf } from './pages.ts'
import { recordFunctions } from './record-functions.ts'
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
 * `k8s:enc:<provider>:v<n>:<name of the key>:` (apiserver, pkg/storage/value/encrypt). Outdated values
 * are included; `objectsEncryptedWith` tells them apart.
 */
export async function storedKeyNames(node: Node, database: string, signal: AbortSignal): Promise<StoredKeyName[]> {
  const script = bash`
if [ ! -s ${database} ]; then exit 0; fi
{ LC_ALL=C grep -ao ${'k8s:enc:[a-z]\\+:v[0-9]\\+:[^:[:cntrl:]]\\+:'} ${database} || true; } | sort -u
`
  const title = 'list the encryption keys in the etcd database'
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
 * or deleted since, nor values that remain only in free pages of bbolt.
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
  for (const [object, revision] of found) {
    if ((newest.get(object)?.revision ?? 0) > revision || (deleted.get(object) ?? 0) > revision) continue
    if (await isReachable(node, database, { object, revision }, signal)) objects.push(object)
  }
  return objects
}

/** Each object with the newest revision that is encrypted with this key. */
async function versionsEncryptedWith(
  node: Node,
  database: string,
  { provider, name }: StoredKeyName,
  signal: AbortSignal,
): Promise<Map<string, number>> {
  const pattern = `k8s:enc:${provider}:v[0-9]\\+:${name.replaceAll(/[\\.[\]*^$]/g, String.raw`\$&`)}:`
  const script = bash`
${recordFunctions}
{ LC_ALL=C grep -abo ${pattern} ${database} || true; } | cut -d: -f1 | while read -r at; do
  if ! head_before ${database} "$at"; then continue; fi
  printf '%s ' "$revision"
  dd if=${database} iflag=skip_bytes,count_bytes skip="$key_at" count="$key_length" status=none
  echo
done
`
  const title = 'find values of an encryption key in the etcd database'
  const { stdout } = await runScript(node, title, script, { signal, timeoutMs })
  const versions = new Map<string, number>()
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [, revision = '0', key = ''] = /^(\d+) (.+)$/.exec(line) ?? []
    if (Number(revision) > (versions.get(key) ?? 0)) versions.set(key, Number(revision))
  }
  return versions
}

/** bbolt still has this version: its key there is the revision, eight bytes, `_` and the operation's number. */
async function isReachable(
  node: Node,
  database: string,
  { object, revision }: { readonly object: string; readonly revision: number },
  signal: AbortSignal,
): Promise<boolean> {
  const prefix = Buffer.alloc(9, '_')
  prefix.writeBigUInt64BE(BigInt(revision))
  try {
    const places = await bboltPlaces(pagesOf(node, database, signal), 'key', prefix)
    const script = bash`
{ ${{
      text: places
        .map(({ offset, length }) => `tail -c +${offset + 1} ${quote(database)} | head -c ${length}; echo`)
        .join('\n'),
    }}
} | { LC_ALL=C grep -acF ${object} || true; }
`
    if (places.length === 0) return false
    return Number((await runScript(node, 'look for an object in the etcd database', script, { signal })).stdout) > 0
  } catch {
    // An unreadable layout: better to refuse because of an unneeded value than to lose one.
    return true
  }
}
