import type { X509Certificate } from 'node:crypto'
import { PreconditionError } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { currentClientCertificate, kubeconfigs, leafCerts } from '../pki/assess-leaf-certs.ts'
import type { UnusableCa } from '../pki/assess-shared-certs.ts'
import { publicKeyIn } from '../pki/key-pair.ts'
import { kubeconfigFunctions } from '../pki/kubelet-conf.ts'
import { certificateIn } from '../pki/pem.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'

/** A certificate of a machine, and where it is. */
interface PlacedCertificate {
  readonly node: string
  readonly path: string
  readonly certificate: X509Certificate
}

/**
 * Rejects with PreconditionError where a CA is there, but cannot be used, and certificates of control planes rest on it:
 * another CA in its place would make everything that trusts it reject the control plane at once, in a cluster that may work
 * well. Not where nothing rests on it any more: then it is a remnant, and a new one takes its place.
 */
export async function refuseUnusableCas(
  cluster: ClusterState,
  unusable: readonly UnusableCa[],
  signal: AbortSignal,
): Promise<void> {
  if (unusable.length === 0) return
  const placed = (await forEachNode(cluster.machines, (host) => certificatesOn(host, cluster, signal))).flat()
  const controlPlanes = new Set(cluster.controlPlanes.map(({ node }) => node.name))
  for (const ca of unusable) {
    const signed = placed.filter(({ certificate }) => isSignedBy(certificate, ca))
    if (signed.some(({ node }) => controlPlanes.has(node))) refuse(ca, signed, cluster.config.certificatesDir)
  }
}

function isSignedBy(certificate: X509Certificate, { publics }: UnusableCa): boolean {
  return publics.some((text) => {
    const key = certificateIn(text)?.publicKey ?? publicKeyIn(text)
    return key !== undefined && certificate.verify(key)
  })
}

/** Public halves only: no key is read. */
async function certificatesOn(
  { node }: NodeState,
  { config: { certificatesDir } }: ClusterState,
  signal: AbortSignal,
): Promise<PlacedCertificate[]> {
  const leaves = leafCerts.map(([file]) => `${certificatesDir}/${file}`)
  const script = bash`
${emitFunction}
${kubeconfigFunctions}
for path in ${leaves}; do { cat "$path" 2>/dev/null || true; } | emit "$path"; done
for file in ${kubeconfigs}; do embedded /etc/kubernetes/"$file" client-certificate-data | emit /etc/kubernetes/"$file"; done
{ sed -n '/BEGIN CERTIFICATE/,/END CERTIFICATE/p' ${currentClientCertificate} 2>/dev/null || true; } | emit ${currentClientCertificate}
`
  const { stdout } = await runScript(node, 'read the certificates in use', script, { signal })
  const text = parseFields(stdout)
  const paths = [...leaves, ...kubeconfigs.map((file) => `/etc/kubernetes/${file}`), currentClientCertificate]
  return paths.flatMap((path) => {
    const certificate = certificateIn(text(path))
    return certificate ? [{ node: node.name, path, certificate }] : []
  })
}

/** Throws PreconditionError that says what it means, until when all is well, and what to do. */
function refuse({ file, problem }: UnusableCa, signed: readonly PlacedCertificate[], directory: string): never {
  const [first] = signed.toSorted((one, other) => expiry(one) - expiry(other))
  const until = first
    ? `, the first on ${new Date(first.certificate.validTo).toISOString().slice(0, 10)} (${first.path} on ${first.node})`
    : ''
  const key = file.replace(/crt$/, 'key')
  const texts = {
    'key missing': {
      reason: 'ca-key-missing',
      what: `${key} is on no control plane, and ${file} is in use`,
      means: `all works on until certificates expire${until}, but nothing new can be signed`,
      help: `bring ${key} back to ${directory} on a control plane, from a backup or from where it is kept, and start again`,
    },
    'certificate missing': {
      reason: 'ca-certificate-missing',
      what: `${file} is on no control plane, and certificates of its key are in use`,
      means: `what runs works on until it is restarted, or until certificates expire${until}`,
      help: `bring ${file} back to ${directory} on a control plane, from a backup or out of a kubeconfig that holds it, and start again`,
    },
    expired: {
      reason: 'ca-expired',
      what: `${file} has expired, and its key is there`,
      means: 'a new certificate for the same key keeps everything valid that the CA signed; another key would not',
      help: `sign ${file} anew with ${key} (openssl x509 -in ${file} -signkey ${key} -days 3650), give it to all that hold the old one, and start again`,
    },
  } as const
  const { reason, what, means, help } = texts[problem]
  throw new PreconditionError(`${what}; nothing was changed: ${means}; ${help}`, { reason })
}

const expiry = ({ certificate }: PlacedCertificate) => Date.parse(certificate.validTo)
