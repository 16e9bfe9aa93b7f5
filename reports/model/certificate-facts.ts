import { listAt, snapshotsOf, textAt } from './stored.ts'

/** What was recorded of a certificate on one machine. */
export interface SeenCertificate {
  readonly node: string
  readonly path: string
  readonly subject: string
  readonly keyId: string
  /** Empty where no CA that was seen has signed it. */
  readonly signedBy: string
  readonly validTo: string
}

/** The certificates before the fault and after the repair. */
export interface CertificateFacts {
  readonly before: readonly SeenCertificate[]
  readonly after: readonly SeenCertificate[]
}

/** By the first and the last snapshot of the certificates; undefined where there are not two, as in runs of before. */
export function certificateFacts(evidence: Readonly<Record<string, unknown>>): CertificateFacts | undefined {
  const looks = snapshotsOf(evidence, 'certificates')
  const [first, last] = [looks[0], looks.at(-1)]
  if (!first || !last || first === last) return undefined
  return { before: certificatesIn(first.value), after: certificatesIn(last.value) }
}

/** The first certificate of each file: in a kubelet's serving certificate its own CA follows. */
function certificatesIn(snapshot: unknown): readonly SeenCertificate[] {
  return listAt(snapshot, 'machines').flatMap((machine) => {
    const node = textAt(machine, 'node')
    const found = listAt(machine, 'certificates').map((one): SeenCertificate => {
      const text = (key: string) => textAt(one, key)
      return {
        ...{ node, path: text('path'), subject: text('subject'), keyId: text('keyId') },
        ...{ signedBy: text('signedBy'), validTo: text('validTo') },
      }
    })
    return [...new Map(found.toReversed().map((one) => [one.path, one])).values()].toReversed()
  })
}

/** By whose key a certificate is signed, before and after, on which machines. */
export interface Signature {
  /** Beginnings of ids; empty for unknown, or where there was no certificate. */
  readonly before: string
  readonly after: string
  /** The key of a CA that has been replaced. */
  readonly stale: boolean
  readonly nodes: readonly string[]
}

/** The ids of the keys in a CA's file, before and after; one each where the control planes agree. */
export interface AuthorityKeys {
  readonly before: ReadonlySet<string>
  readonly after: ReadonlySet<string>
}

/** The keys of the certificate at a path. */
export function keysAt({ before, after }: CertificateFacts, path: string): AuthorityKeys {
  const ids = (all: readonly SeenCertificate[]) =>
    new Set(all.filter((one) => one.path === path).map(({ keyId }) => keyId))
  return { before: ids(before), after: ids(after) }
}

/** The signatures of the certificate at a path, those that agree as one. */
export function signaturesAt(
  { before, after }: CertificateFacts,
  path: string,
  authority: AuthorityKeys,
): readonly Signature[] {
  const at = (all: readonly SeenCertificate[]) =>
    new Map(all.filter((one) => one.path === path).map(({ node, signedBy }) => [node, signedBy]))
  const [old, now] = [at(before), at(after)]
  const nodes = [...new Set([...old.keys(), ...now.keys()])]
  return [...Map.groupBy(nodes, (node) => `${old.get(node)} ${now.get(node)}`).values()].map((same) => {
    const [oldId, id] = [old.get(same[0] ?? '') ?? '', now.get(same[0] ?? '') ?? '']
    const stale = authority.before.has(id) && !authority.after.has(id)
    return { before: shortKey(oldId), after: shortKey(id), stale, nodes: same }
  })
}

/** Long enough to tell two apart. */
export const shortKey = (id: string): string => id.slice(0, 8)
