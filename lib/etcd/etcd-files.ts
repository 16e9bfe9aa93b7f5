import { bash, runScript } from '../shell/bash.ts'
import { objectIn, stringAt, wordsAt } from '../engine/json.ts'
import type { Node } from '../node.ts'
import { bboltBucket } from './bbolt-reader.ts'
import { pagesOf } from './pages.ts'
import { recordFunctions } from './record-functions.ts'
import { storedObjects, type StoredObject } from './stored-objects.ts'
import { walIdentity, type WalIdentity } from './wal-metadata.ts'

/** The file of etcd's database. */
export const databaseIn = (dataDir: string): string => `${dataDir}/member/snap/db`

export interface EtcdMember {
  /** In hexadecimal. */
  readonly id: string
  /** The name of its Node, as kubeadm has it. */
  readonly name: string
  /** Addresses of its peer URLs. */
  readonly peerHosts: readonly string[]
}

/** The etcd of a control plane by its files, while it does not run. */
export interface EtcdFiles {
  /** A write-ahead log and a database are there. */
  readonly hasData: boolean
  readonly identity?: WalIdentity
  /** Undefined where the database cannot be read. */
  readonly members?: readonly EtcdMember[]
  readonly objects: ReadonlyMap<string, StoredObject>
}

/** Reads, changes nothing. `keys` are those of the objects to find. */
export async function etcdFiles(
  node: Node,
  dataDir: string,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<EtcdFiles> {
  const database = databaseIn(dataDir)
  const script = bash`
${recordFunctions}
shopt -s nullglob
segments=(${`${dataDir}/member/wal/`}*.wal)
if [ "\${#segments[@]}" -gt 0 ] && [ -s ${database} ]; then
  segment=\${segments[-1]}
  bytes_at "$segment" 0 1024
  # A frame: seven bytes of length and one of padding, then a record that begins with its type (wal-metadata.ts). The entries that
  # follow the metadata hold objects.
  at=0
  while [ -n "\${bytes[at + 8]-}" ]; do
    size=$((bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16))
    padding=$((bytes[at + 7] & 128 ? bytes[at + 7] & 7 : 0))
    if [ "\${bytes[at + 8]}" = 8 ] && [ "\${bytes[at + 9]-}" = 1 ]; then
      head -c $((at + 8 + size)) "$segment" | base64 -w0
      exit 0
    fi
    if [ "$size" = 0 ]; then break; fi
    at=$((at + 8 + size + padding))
  done
  echo AA==
fi
`
  const { stdout } = await runScript(node, 'read the write-ahead log of etcd', script, { signal })
  if (stdout.trim() === '') return { hasData: false, objects: new Map() }
  const identity = walIdentity(Buffer.from(stdout, 'base64'))
  const [members, objects] = await Promise.all([
    // Another layout, or an etcd that is writing: then etcd itself is asked later, before any API server starts.
    membersIn(node, database, signal).catch(() => undefined),
    storedObjects(node, database, keys, signal),
  ])
  signal.throwIfAborted()
  return { hasData: true, ...(identity ? { identity } : {}), ...(members ? { members } : {}), objects }
}

async function membersIn(node: Node, database: string, signal: AbortSignal): Promise<EtcdMember[]> {
  const members = await bboltBucket(pagesOf(node, database, signal), 'members')
  return [...members].map(([id, value]) => {
    const member = objectIn(value.toString()) ?? {}
    const hosts = wordsAt(member, 'peerURLs').map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''))
    return { id, name: stringAt(member, 'name') ?? id, peerHosts: hosts }
  })
}
