import { PreconditionError } from '../engine/errors.ts'
import type { CaFile } from '../model.ts'
import { isSameKey, keyFits, publicKeyIn } from './key-pair.ts'
import { certificateIn, certificatesIn, shareCertificate } from './pem.ts'
import { replaceHint } from './replaceable-cas.ts'
import { tokenKeyOf, tokenKeysIn } from './token-keys.ts'
import { wholeBy } from './whole-by.ts'

/** What all control planes share, below the certificates' directory; the list that kubeadm's own join copies. */
export const sharedFiles = [
  'ca.crt',
  'ca.key',
  'front-proxy-ca.crt',
  'front-proxy-ca.key',
  'etcd/ca.crt',
  'etcd/ca.key',
  'sa.key',
  'sa.pub',
] as const

export type SharedFile = (typeof sharedFiles)[number]

/** The text of each shared file that a control plane has, '' for one that is empty. Of a private key it is the public half. */
export type SharedTexts = ReadonlyMap<SharedFile, string>

export interface Holder {
  readonly name: string
  readonly files: SharedTexts
}

/** The CAs (PEM) of a machine. */
export interface Knows {
  readonly name: string
  /** Those that it knows or knew as the cluster's. */
  readonly known: readonly string[]
  /** Those by which its kubelet and its pods verify the API. */
  readonly trusted: readonly string[]
}

export interface SharedCertsAssessment {
  /** The cluster's CAs and key, as far as any machine has them whole, and the certificates of CAs that are kept without their keys. */
  readonly wanted: SharedTexts
  /** A control plane that has it, for each of the wanted private keys. */
  readonly keyHolders: ReadonlyMap<SharedFile, string>
  /** What no machine has, and must be created. */
  readonly toCreate: readonly SharedFile[]
  /** The CAs that are there, but not whole on any machine. Where one is in use, nobody may create another. */
  readonly unusable: readonly UnusableCa[]
  /** By control plane: the wrong files, and why. */
  readonly wrong: ReadonlyMap<string, ReadonlyMap<SharedFile, string>>
  /** By control plane: the files to install there, the wrong ones included. */
  readonly lacking: ReadonlyMap<string, readonly SharedFile[]>
}

/** What is decided about CAs that no machine has whole. */
interface Decided {
  readonly kept?: ReadonlyMap<CaFile, string>
  readonly replaced?: ReadonlySet<CaFile>
}

/** What is left of a CA. */
export interface UnusableCa {
  readonly file: CaFile
  readonly problem: 'key missing' | 'certificate missing' | 'expired'
  /** The files with its certificate; several, where machines differ. */
  readonly texts: readonly string[]
  /** PEM of its certificate or, where that is missing, of its public key; several, where machines differ. */
  readonly publics: readonly string[]
}

const pairs = [
  ['ca.crt', 'ca.key'],
  ['front-proxy-ca.crt', 'front-proxy-ca.key'],
  ['etcd/ca.crt', 'etcd/ca.key'],
] as const satisfies readonly (readonly [CaFile, string])[]

export const caFiles: readonly CaFile[] = pairs.map(([file]) => file)

/**
 * Finds the cluster's CAs and service-account key in the files of the control planes. A matching certificate and key are
 * a CA wherever they were found, so that no CA in use is replaced while its key exists; an empty, damaged, expired or
 * incomplete pair is none, because kubeadm would use it or fail on it. Throws PreconditionError when two control planes
 * hold different whole ones: no program can know which of them is in use.
 * @param machines those that know CAs: they replace a lost ca.crt whose key exists, and say who trusts which where two differ
 * @param by.kept the certificates of CAs that are kept although no machine has their keys, by file: such a key is neither missing nor
 * wrong, whatever a machine has in its place
 * @param by.replaced the CAs that the operator has replaced: whatever is there of them is wrong
 */
export function assessSharedCerts(
  holders: readonly Holder[],
  machines: readonly Knows[],
  now: Date,
  { kept = new Map(), replaced = new Set() }: Decided = {},
): SharedCertsAssessment {
  const wanted = new Map<SharedFile, string>()
  const unusable: UnusableCa[] = []
  const elsewhere = new Set<SharedFile>()
  const given = new Set<SharedFile>(pairs.flatMap((pair) => (replaced.has(pair[0]) ? pair : [])))
  for (const pair of pairs) {
    if (given.has(pair[0])) continue
    const found = caIn(holders, pair, pair[0] === 'ca.crt' ? machines : [], now)
    const certificate = kept.get(pair[0])
    if (found) pair.forEach((file, index) => wanted.set(file, found[index] ?? ''))
    else if (certificate !== undefined) {
      wanted.set(pair[0], certificate)
      elsewhere.add(pair[1])
    } else unusable.push(...unusableIn(holders, pair))
  }
  for (const [file, text] of serviceAccountKey(holders)) wanted.set(file, text)
  const expected = sharedFiles.filter((file) => !elsewhere.has(file))
  const judged = holders.map(({ name, files }) => {
    const wrong = expected.flatMap((file) => {
      const text = files.get(file)
      // A sa.pub may have more keys than one: it is right where the cluster's is among them.
      const reference = wanted.get(file === 'sa.pub' ? 'sa.key' : file)
      const problem =
        text === undefined
          ? undefined
          : given.has(file)
            ? 'given up by --replace'
            : problemOf(file, text, reference, now)
      return problem === undefined ? [] : [[file, problem] as const]
    })
    return { name, files, wrong: new Map(wrong) }
  })
  const keyHolders = new Map(
    [...wanted].flatMap(([file, key]) => {
      const holder = holders.find(({ files }) => isSameKey(files.get(file) ?? '', key))
      return file.endsWith('.key') && holder ? [[file, holder.name] as const] : []
    }),
  )
  return {
    wanted,
    keyHolders,
    toCreate: expected.filter((file) => !wanted.has(file)),
    unusable,
    wrong: new Map(judged.map(({ name, wrong }) => [name, wrong])),
    lacking: new Map(
      judged.map(({ name, files, wrong }) => [name, expected.filter((file) => !files.has(file) || wrong.has(file))]),
    ),
  }
}

type Found = readonly [certificate: string, key: string]

function caIn(
  holders: readonly Holder[],
  [certificateFile, keyFile]: (typeof pairs)[number],
  machines: readonly Knows[],
  now: Date,
): Found | undefined {
  const whole = wholeBy(
    holders.flatMap(({ files }) => files.get(keyFile) ?? []),
    now,
  )
  const held = holders.flatMap(({ name, files }) =>
    whole(files.get(certificateFile) ?? '').map((each) => ({ name, ...each })),
  )
  const [first] = held
  const other = held.find(({ print }) => print !== first?.print)
  if (first && other) refuseCas(certificateFile, held, machines)
  return first?.found ?? machines.flatMap(({ known }) => known.flatMap(whole))[0]?.found
}

/** What the machines still have of a CA that none has whole; nothing where it is lost altogether. */
function unusableIn(holders: readonly Holder[], [file, keyFile]: (typeof pairs)[number]): UnusableCa[] {
  const texts = holders.flatMap(({ files }) => files.get(file) ?? []).filter((text) => certificateIn(text))
  const pems = texts.flatMap(certificatesIn)
  const certificates = pems.flatMap((pem) => certificateIn(pem) ?? [])
  const keys = holders.flatMap(({ files }) => files.get(keyFile) ?? []).filter(publicKeyIn)
  if (certificates.length > 0) {
    const fits = certificates.some((certificate) => keys.some((key) => keyFits(certificate, key)))
    return [{ file, problem: fits ? 'expired' : 'key missing', texts, publics: pems }]
  }
  return keys.length > 0 ? [{ file, problem: 'certificate missing', texts: [], publics: keys }] : []
}

/**
 * sa.key alone is whole: the public key follows from it. kubeadm never makes sa.pub where sa.key exists. Whether two
 * control planes may hold different ones is decided by assessSaKey, which also knows what API servers have loaded.
 */
function serviceAccountKey(holders: readonly Holder[]): SharedTexts {
  const publics = holders.flatMap(({ files }) => files.get('sa.pub') ?? [])
  const readable = holders.flatMap(({ files }) => files.get('sa.key') ?? []).filter(publicKeyIn)
  const first = readable.find((text) => publics.some((each) => publishes(each, text))) ?? readable[0]
  if (first === undefined) return new Map()
  return new Map<SharedFile, string>([
    ['sa.key', first],
    ['sa.pub', publics.find((each) => publishes(each, first)) ?? first],
  ])
}

/** Whether a text of sa.pub has the public half of a key, be it among others. */
function publishes(text: string, key: string): boolean {
  const wanted = tokenKeyOf(key)?.keyId
  return tokenKeysIn(text).some(({ keyId }) => keyId === wanted)
}

/** Names each CA by its fingerprint, with the control planes that have it and the machines that trust it. */
function refuseCas(
  file: CaFile,
  held: readonly { readonly name: string; readonly print: string }[],
  machines: readonly Knows[],
): never {
  const list = (names: readonly string[]) => [...new Set(names)].join(', ')
  const texts = [...Map.groupBy(held, ({ print }) => print)].map(([print, holders]) => {
    const trusting = machines.filter(({ trusted }) =>
      trusted.some((pem) => certificateIn(pem)?.fingerprint256 === print),
    )
    const trusted =
      trusting.length > 0 ? `, trusted by ${list(trusting.map(({ name }) => name))}` : ', trusted by nobody'
    return `${list(holders.map(({ name }) => name))} has SHA-256 ${print}${file === 'ca.crt' ? trusted : ''}`
  })
  throw new PreconditionError(
    `${file} differs between control planes; nothing was changed: ${texts.join('; ')}; move the wrong one away and start again, or ${replaceHint([file])}`,
    { reason: 'shared-certs-differ' },
  )
}

/**
 * What is wrong with an existing file; undefined where it is the wanted one.
 * @param wanted the file as it should be, for sa.pub the public half of sa.key
 */
function problemOf(file: SharedFile, text: string, wanted: string | undefined, now: Date): string | undefined {
  if (text.trim() === '') return 'empty'
  if (file.endsWith('.crt')) return certificateFileProblem(text, wanted, now)
  if (!publicKeyIn(text)) return 'unreadable'
  if (wanted === undefined) return 'without the other half of its pair'
  return (file.endsWith('.key') ? isSameKey : publishes)(text, wanted) ? undefined : "not the cluster's"
}

function certificateFileProblem(text: string, wanted: string | undefined, now: Date): string | undefined {
  const certificate = certificateIn(text)
  if (!certificate) return 'unreadable'
  if (wanted !== undefined && shareCertificate(text, wanted)) return undefined
  if (new Date(certificate.validTo) <= now) return 'expired'
  return wanted === undefined ? 'without the other half of its pair' : "not the cluster's"
}
