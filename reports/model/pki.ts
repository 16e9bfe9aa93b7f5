import {
  type AuthorityKeys,
  type CertificateFacts,
  certificateFacts,
  keysAt,
  shortKey,
  type Signature,
  signaturesAt,
} from './certificate-facts.ts'
import { at, listAt, snapshotsOf, textAt } from './stored.ts'

/** What became of a file between the first and the last look. Extended: another certificate of the same private key. */
export type Fate = 'kept' | 'replaced' | 'extended' | 'new' | 'gone'

export interface PkiEntry {
  readonly title: string
  readonly path: string
  readonly fates: readonly { readonly fate: Fate; readonly nodes: readonly string[] }[]
  /** The beginning of its fingerprint where one is recorded, before and after. */
  readonly before: string
  readonly after: string
  /** Who it is, by its certificates; empty where they were not recorded. */
  readonly subjects: readonly string[]
  /** When the first of them ends, as a date; empty where that is not known. */
  readonly validTo: string
  readonly signatures: readonly Signature[]
}

export interface PkiTree {
  /** Undefined for what none of the cluster's CAs has signed. */
  readonly authority: PkiEntry | undefined
  /** Beginnings of the ids of its keys. */
  readonly keys: { readonly before: readonly string[]; readonly after: readonly string[] }
  readonly signs: readonly PkiEntry[]
}

/** `recorded`: who has signed what is recorded; otherwise it is kubeadm's layout. */
export interface Pki {
  readonly trees: readonly PkiTree[]
  readonly recorded: boolean
}

type Evidence = Readonly<Record<string, unknown>>

const pki = '/etc/kubernetes/pki'
const trees: readonly { title: string; file: string; signs: readonly (readonly [title: string, path: string])[] }[] = [
  {
    title: 'CA of the cluster',
    file: 'ca.crt',
    signs: [
      ['API server', `${pki}/apiserver.crt`],
      ['API server as client of kubelets', `${pki}/apiserver-kubelet-client.crt`],
      ['Administrator', '/etc/kubernetes/admin.conf'],
      ['Super administrator', '/etc/kubernetes/super-admin.conf'],
      ['Controller manager', '/etc/kubernetes/controller-manager.conf'],
      ['Scheduler', '/etc/kubernetes/scheduler.conf'],
      ['Kubelet', '/var/lib/kubelet/pki/kubelet-client-current.pem'],
    ],
  },
  {
    title: 'CA of etcd',
    file: 'etcd/ca.crt',
    signs: [
      ['etcd server', `${pki}/etcd/server.crt`],
      ['etcd peer', `${pki}/etcd/peer.crt`],
      ['Health check of etcd', `${pki}/etcd/healthcheck-client.crt`],
      ['API server as client of etcd', `${pki}/apiserver-etcd-client.crt`],
    ],
  },
  {
    title: 'CA of the front proxy',
    file: 'front-proxy-ca.crt',
    signs: [['Front proxy client', `${pki}/front-proxy-client.crt`]],
  },
  { title: 'Service-account key', file: 'sa.pub', signs: [] },
]

/** The certificates and keys before and after, each below what has signed it; empty without two looks at them. */
export function pkiOf(evidence: Evidence): Pki {
  const looks = snapshotsOf(evidence, 'identities')
  const [first, last] = [looks[0], looks.at(-1)]
  const facts = certificateFacts(evidence)
  if (!first || !last || first === last) return { trees: [], recorded: false }
  const pairs = machinePairs(first.value, last.value)
  const entry = (title: string, path: string, keys: AuthorityKeys) => ({
    ...entryOf(title, path, pairs),
    ...(facts ? factsAt(facts, path, keys) : {}),
  })
  const signed = facts && signedPaths(facts)
  const known = trees.map(({ title, file, signs }): PkiTree => {
    const path = `${pki}/${file}`
    const keys = facts ? keysAt(facts, path) : noKeys
    const below = signed
      ? signed.filter(({ by }) => by === file)
      : signs.map(([name, at]) => ({ title: name, path: at }))
    return {
      authority: { ...entry(title, path, keys), ...fingerprintsOf(evidence, file) },
      keys: { before: [...keys.before].map(shortKey), after: [...keys.after].map(shortKey) },
      signs: [
        ...below.map((one) => entry(one.title, one.path, keys)),
        ...(file === 'sa.pub' ? tokensOf(evidence) : []),
      ],
    }
  })
  const others = (signed ?? []).filter(({ by }) => by === undefined)
  const other: PkiTree = {
    authority: undefined,
    keys: { before: [], after: [] },
    signs: others.map(({ title, path }) => entry(title, path, noKeys)),
  }
  const drawn = [...known, other]
    .map((tree) => ({ ...tree, signs: tree.signs.filter(({ fates }) => fates.length > 0) }))
    .filter(({ authority, signs }) => (authority ?? signs[0])?.fates.length)
  return { trees: drawn, recorded: facts !== undefined }
}

const noKeys: AuthorityKeys = { before: new Set(), after: new Set() }

/** Every certificate that is no CA of the cluster, with the file of the CA whose key has signed it; the layout's where that is not recorded. */
function signedPaths(facts: CertificateFacts) {
  const authorities = trees.map(({ file }) => ({ file, keys: keysAt(facts, `${pki}/${file}`) }))
  const layout = new Map(trees.flatMap(({ file, signs }) => signs.map(([title, path]) => [path, { title, by: file }])))
  const all = [...facts.after, ...facts.before]
  return [...new Set([...layout.keys(), ...all.map(({ path }) => path)])].flatMap((path) => {
    const seen = all.find((one) => one.path === path)
    const known = layout.get(path)
    if (!seen) return known ? [{ path, ...known }] : []
    if (trees.some(({ file }) => path === `${pki}/${file}`)) return []
    const by = authorities.find(({ keys }) => keys.after.has(seen.signedBy) || keys.before.has(seen.signedBy))?.file
    return [{ path, title: known?.title ?? otherTitles[path] ?? seen.subject, by }]
  })
}

const otherTitles: Readonly<Record<string, string>> = {
  '/var/lib/kubelet/pki/kubelet.crt': 'Kubelet as server, signed by itself',
  '/var/lib/kubelet/pki/kubelet-server-current.pem': 'Kubelet as server',
}

function factsAt(facts: CertificateFacts, path: string, keys: AuthorityKeys) {
  const now = facts.after.filter((one) => one.path === path)
  return {
    subjects: [...new Set(now.map(({ subject }) => subject))].toSorted(),
    validTo: now.map(({ validTo }) => validTo.slice(0, 10)).toSorted()[0] ?? '',
    signatures: signaturesAt(facts, path, keys),
  }
}

interface MachinePair {
  readonly node: string
  readonly before: unknown
  readonly after: unknown
}

function machinePairs(first: unknown, last: unknown): readonly MachinePair[] {
  const now = new Map(listAt(last, 'machines').map((machine) => [textAt(machine, 'node'), at(machine, 'files')]))
  return listAt(first, 'machines').map((machine) => {
    const node = textAt(machine, 'node')
    return { node, before: at(machine, 'files'), after: now.get(node) }
  })
}

function entryOf(title: string, path: string, pairs: readonly MachinePair[]): PkiEntry {
  const found = pairs.flatMap(({ node, before, after }) => {
    const fate = fateOf(path, before, after)
    return fate === undefined ? [] : [{ node, fate, change: `${textAt(before, path)} ${textAt(after, path)}` }]
  })
  // A worker has the certificate of a CA without its key: what a control plane tells of the same certificate holds.
  const extended = new Set(found.filter(({ fate }) => fate === 'extended').map(({ change }) => change))
  const fates = Map.groupBy(found, ({ fate, change }) => (extended.has(change) ? 'extended' : fate))
  return {
    ...{ title, path, before: '', after: '', subjects: [], validTo: '', signatures: [] },
    fates: [...fates].map(([fate, same]) => ({ fate, nodes: same.map(({ node }) => node) })),
  }
}

function fateOf(path: string, before: unknown, after: unknown): Fate | undefined {
  const [old, now] = [textAt(before, path), textAt(after, path)]
  if (old === '') return now === '' ? undefined : 'new'
  if (now === '') return 'gone'
  if (old === now) return 'kept'
  const key = path.replace(/\.crt$/, '.key')
  const oldKey = key === path ? '' : textAt(before, key)
  return oldKey !== '' && oldKey === textAt(after, key) ? 'extended' : 'replaced'
}

/** The fingerprints that all control planes agree on. */
function fingerprintsOf(evidence: Evidence, file: string): Pick<PkiEntry, 'before' | 'after'> {
  const looks = snapshotsOf(evidence, 'control-planes').map(({ value }) => {
    const prints = new Set(listAt(value, 'planes').map((plane) => textAt(at(plane, 'files'), file)))
    return prints.size === 1 ? shortPrint([...prints][0] ?? '') : ''
  })
  return { before: looks[0] ?? '', after: looks.at(-1) ?? '' }
}

/** Long enough to tell two apart. */
export const shortPrint = (print: string): string => print.slice(0, 11)

/** The mounted tokens by the key that signed them, as an entry below that key. */
function tokensOf(evidence: Evidence): readonly PkiEntry[] {
  const looks = snapshotsOf(evidence, 'tokens')
  const kids = (snapshot: unknown) =>
    new Map(
      listAt(snapshot, 'mounted').map((token) => [
        `${textAt(token, 'podUid')} ${textAt(token, 'volume')}`,
        { node: textAt(token, 'node'), kid: textAt(at(token, 'claims'), 'kid') },
      ]),
    )
  const [before, after] = [kids(looks[0]?.value), kids(looks.at(-1)?.value)]
  const found = [...after].map(([key, { node, kid }]) => {
    const old = before.get(key)?.kid
    const fate: Fate = old === undefined ? 'new' : old === kid ? 'kept' : 'replaced'
    return { fate, node }
  })
  const fates = [...Map.groupBy(found, ({ fate }) => fate)].map(([fate, same]) => ({
    fate,
    nodes: same.map(({ node }) => node),
  }))
  const nothing = { before: '', after: '', subjects: [], validTo: '', signatures: [] }
  return [{ title: 'Mounted tokens', path: 'by the key that signed them', ...nothing, fates }]
}
