import type { X509Certificate } from 'node:crypto'
import { PreconditionError } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { objectAt, objectIn, objectsAt, wordsAt } from '../engine/json.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { RecoveryContext } from '../engine/step.ts'
import type { CaFile, ClusterState, KeylessCa, NodeState } from '../model.ts'
import { currentClientCertificate, kubeconfigs, leafCerts } from '../pki/assess-leaf-certs.ts'
import { caFiles, type UnusableCa } from '../pki/assess-shared-certs.ts'
import { isExternal } from '../pki/external-ca.ts'
import { publicKeyIn } from '../pki/key-pair.ts'
import { kubeconfigFunctions } from '../pki/kubelet-conf.ts'
import { certificateIn, certificatesIn, shareCertificate } from '../pki/pem.ts'
import { replaceHint } from '../pki/replaceable-cas.ts'
import { readSharedCerts } from '../pki/shared-certs.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { manifestFunction } from '../static-pods/manifests.ts'

const component = 'kube-controller-manager'

/** A certificate of a machine, and where it is. */
interface PlacedCertificate {
  readonly node: string
  readonly path: string
  readonly certificate: X509Certificate
}

/** Finds out which CAs are kept without their keys, as `learned.keyless`. Rejects as keylessCas throws. */
export async function surveyKeylessCas(
  cluster: ClusterState,
  context: RecoveryContext,
  externalCa: RecoveryOptions['externalCa'],
): Promise<void> {
  const { wanted, unusable } = await readSharedCerts(context, cluster)
  const { replaced } = cluster.learned
  const lacking = caFiles.filter((file) => !wanted.has(file))
  if (lacking.length === 0) return
  // One whose key is there is the cluster's own, whoever signs requests.
  const external = (manifests: ReadonlyMap<string, string>) =>
    externalCa === 'yes' || (!wanted.has('ca.crt') && isExternal(commandsOf(cluster, manifests), externalCa))
  // Where nothing at all is left of a CA, only the stored pods tell whether it was the cluster's own, and certificates whether it is in use.
  const runs = cluster.controlPlanes.some(({ facts }) => facts.servesApi)
  if (unusable.length === 0 && !replaced && !runs && !external(new Map())) return
  const found = await forEachNode(cluster.machines, (host) => certificatesOn(host, cluster, context.signal))
  const manifests = new Map(found.map(({ node, manifest }) => [node, manifest]))
  if (replaced && external(manifests)) refuseReplacement()
  cluster.learned.keyless = keylessCas(cluster, {
    absent: lacking.filter((file) => !replaced?.has(file)),
    unusable,
    placed: found.flatMap(({ placed }) => placed),
    external: external(manifests),
  })
}

interface Found {
  /** The CAs that no machine has whole. */
  readonly absent: readonly CaFile[]
  readonly unusable: readonly UnusableCa[]
  readonly placed: readonly PlacedCertificate[]
  readonly external: boolean
}

/**
 * The CAs that are kept although their keys are on no control plane: those that are valid, and by which certificates of control
 * planes were signed, because another CA in their place would make everything that trusts them reject the control plane at once; and
 * every CA where somebody outside signs. Throws PreconditionError for a CA of which something else is missing or that has
 * expired, where it is in use. Where nothing rests on a CA any more it is a remnant, and a new one takes its place.
 */
function keylessCas(cluster: ClusterState, found: Found): Map<CaFile, KeylessCa> {
  return new Map(
    found.absent.flatMap((file) => {
      const text = keptText(cluster, found, file)
      if (text === undefined) return []
      const [first] = signedBy(found, certificatesIn(text))
      const firstExpiry = first && { date: new Date(expiry(first)), path: first.path, node: first.node }
      return [[file, { text, isExternal: found.external, ...(firstExpiry ? { firstExpiry } : {}) }] as const]
    }),
  )
}

/** The file of a CA that is kept; undefined where another one is made. Throws as keylessCas does. */
function keptText(cluster: ClusterState, found: Found, file: CaFile): string | undefined {
  const { external, unusable } = found
  const left = unusable.find((each) => each.file === file)
  const texts = distinct((left?.texts ?? trustedCas(cluster, found, file)).filter(isValid))
  const used = texts.filter((text) => isUsed(cluster, found, certificatesIn(text)))
  if (left) refuseBeyondKey(cluster, found, left, used.length)
  if (used.length > 1) refuseDifferent(file)
  if (used[0] !== undefined) return used[0]
  if (!external) return undefined
  const [text, ...others] = texts
  return text !== undefined && others.length === 0 ? text : refuseMissing(file, cluster.config.certificatesDir)
}

/**
 * By what kubelets verify the API, where no control plane has ca.crt, and somebody outside signs or the API server's certificates are
 * there. Without these a control plane cannot go on with it.
 */
function trustedCas({ machines, config }: ClusterState, { external, placed }: Found, file: CaFile): readonly string[] {
  if (file !== 'ca.crt') return []
  const leaves = placed.filter(({ path }) => path.startsWith(`${config.certificatesDir}/`))
  return machines
    .map(({ facts }) => facts.kubeletCas)
    .filter((text) => external || leaves.some(({ certificate }) => isSignedBy(certificate, certificatesIn(text))))
}

/** Throws PreconditionError where more than the key is missing of a CA in use, or all its certificates have expired. */
function refuseBeyondKey(cluster: ClusterState, found: Found, left: UnusableCa, validInUse: number): void {
  if (!isUsed(cluster, found, left.publics)) return
  const signed = signedBy(found, left.publics)
  if (left.problem !== 'key missing') refuse(left, signed, cluster.config.certificatesDir)
  if (validInUse === 0) refuse({ ...left, problem: 'expired' }, signed, cluster.config.certificatesDir)
}

/** The first that expires comes first. */
const signedBy = ({ placed }: Found, publics: readonly string[]) =>
  placed
    .filter(({ certificate }) => isSignedBy(certificate, publics))
    .toSorted((one, other) => expiry(one) - expiry(other))

function isUsed({ controlPlanes }: ClusterState, found: Found, publics: readonly string[]): boolean {
  const names = new Set(controlPlanes.map(({ node }) => node.name))
  return signedBy(found, publics).some(({ node }) => names.has(node))
}

const isValid = (text: string): boolean =>
  certificatesIn(text).some((pem) => new Date(certificateIn(pem)?.validTo ?? 0) > new Date())

/** One file of each CA. */
const distinct = (texts: readonly string[]): readonly string[] =>
  texts.filter((text, index) => texts.findIndex((other) => shareCertificate(other, text)) === index)

function isSignedBy(certificate: X509Certificate, publics: readonly string[]): boolean {
  return publics.some((text) => {
    const key = certificateIn(text)?.publicKey ?? publicKeyIn(text)
    return key !== undefined && certificate.verify(key)
  })
}

/** The commands of the controller managers: of the manifest where there is one, else as it ran. */
function commandsOf(
  { controlPlanes }: ClusterState,
  manifests: ReadonlyMap<string, string>,
): readonly (readonly string[])[] {
  return controlPlanes.flatMap(({ node, mirrorPodSpecs }) => {
    const containers = objectsAt(objectAt(objectIn(manifests.get(node.name) ?? '') ?? {}, 'spec'), 'containers')
    const container = containers.find(({ name }) => name === component)
    const ran = mirrorPodSpecs.get(component)?.command
    if (container) return [[...wordsAt(container, 'command'), ...wordsAt(container, 'args')]]
    return ran ? [ran] : []
  })
}

/** Public halves only: no key is read. What a manifest holds besides flags stays off the record. */
async function certificatesOn(
  host: NodeState,
  { config: { certificatesDir } }: ClusterState,
  signal: AbortSignal,
): Promise<{ readonly node: string; readonly manifest: string; readonly placed: readonly PlacedCertificate[] }> {
  const leaves = leafCerts.map(([file]) => `${certificatesDir}/${file}`)
  const script = bash`
${emitFunction}
${kubeconfigFunctions}
${manifestFunction(host)}
for path in ${leaves}; do { sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' "$path" 2>/dev/null || true; } | emit "$path"; done
for file in ${kubeconfigs}; do embedded /etc/kubernetes/"$file" client-certificate-data | emit /etc/kubernetes/"$file"; done
{ sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' ${currentClientCertificate} 2>/dev/null || true; } | emit ${currentClientCertificate}
{ cat "$(manifest_of ${component})" 2>/dev/null || true; } | emit manifest
`
  const { name } = host.node
  const { stdout } = await runScript(host.node, 'read the certificates in use', script, { signal })
  const text = parseFields(stdout)
  const paths = [...leaves, ...kubeconfigs.map((file) => `/etc/kubernetes/${file}`), currentClientCertificate]
  const placed = paths.flatMap((path) => {
    const certificate = certificateIn(text(path))
    return certificate ? [{ node: name, path, certificate }] : []
  })
  return { node: name, manifest: host.node.role === 'worker' ? '' : text('manifest'), placed }
}

/** Throws PreconditionError that says what it means, until when all is well, and what to do. */
function refuse({ file, problem }: UnusableCa, signed: readonly PlacedCertificate[], directory: string): never {
  const [first] = signed
  const until = first
    ? `, the first on ${new Date(expiry(first)).toISOString().slice(0, 10)} (${first.path} on ${first.node})`
    : ''
  const key = file.replace(/crt$/, 'key')
  if (problem === 'certificate missing') {
    throw new PreconditionError(
      `${file} is on no control plane, and certificates of its key are in use; nothing was changed: what runs works on until it is restarted, or until certificates expire${until}; bring ${file} back to ${directory} on a control plane, from a backup or out of a kubeconfig that holds it, and start again, or ${replaceHint([file])}`,
      { reason: 'ca-certificate-missing' },
    )
  }
  throw new PreconditionError(
    `${file} has expired; nothing was changed: a new certificate for the same key keeps everything valid that the CA signed; another key would not; sign ${file} anew with ${key} (openssl x509 -in ${file} -signkey ${key} -days 3650), give it to all that hold the old one, and start again, or ${replaceHint([file])}`,
    { reason: 'ca-expired' },
  )
}

/** A new CA would not be the one that signs. */
function refuseReplacement(): never {
  throw new PreconditionError(
    'the CA is external (kube-controller-manager signs nothing, or --external-ca yes), and --replace would make one here that nobody outside knows; nothing was changed: start again without --replace, or, where the cluster is to have a CA of its own, with --external-ca no as well',
    { reason: 'external-ca-replaced' },
  )
}

function refuseDifferent(file: CaFile): never {
  throw new PreconditionError(
    `${file} differs between control planes, certificates of each are in use, and no key of them is there; nothing was changed: bring the key of the right one, move the wrong one away, and start again, or ${replaceHint([file])}`,
    { reason: 'keyless-cas-differ' },
  )
}

function refuseMissing(file: CaFile, directory: string): never {
  throw new PreconditionError(
    `the CA is external (kube-controller-manager signs nothing, or --external-ca yes), and ${file} is on no control plane; nothing was changed, because another CA would not be the one that signs: bring ${file} to ${directory} on every control plane, and start again; where the CA was the cluster's own and is lost, say --external-ca no`,
    { reason: 'external-ca-missing' },
  )
}

const expiry = ({ certificate }: PlacedCertificate) => Date.parse(certificate.validTo)
