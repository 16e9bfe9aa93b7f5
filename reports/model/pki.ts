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
}

export interface PkiTree {
  readonly authority: PkiEntry
  readonly signs: readonly PkiEntry[]
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

/** The certificates and keys before and after, each below what signs it in kubeadm's layout; empty without two looks at them. */
export function pkiOf(evidence: Evidence): readonly PkiTree[] {
  const looks = snapshotsOf(evidence, 'identities')
  const [first, last] = [looks[0], looks.at(-1)]
  if (!first || !last || first === last) return []
  const pairs = machinePairs(first.value, last.value)
  return trees
    .map(({ title, file, signs }): PkiTree => {
      const prints = fingerprintsOf(evidence, file)
      return {
        authority: { ...entryOf(title, `${pki}/${file}`, pairs), ...prints },
        signs: [
          ...signs.map(([name, path]) => entryOf(name, path, pairs)),
          ...(file === 'sa.pub' ? tokensOf(evidence) : []),
        ].filter(({ fates }) => fates.length > 0),
      }
    })
    .filter(({ authority }) => authority.fates.length > 0)
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
    ...{ title, path, before: '', after: '' },
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
  return [{ title: 'Mounted tokens', path: 'by the key that signed them', before: '', after: '', fates }]
}
