import type { LostTrust } from '../engine/recovery-result.ts'
import type { ClusterState } from '../model.ts'
import { publishesClusterCa } from './cluster-ca.ts'
import { droppedIn, tokenKeysIn } from './token-keys.ts'
import { certificateIn, certificatesIn, commonName, sameCertificate } from './pem.ts'

/** A text by which it is recognised that something has a lost CA, or a token of a lost key. */
export interface Needle {
  readonly lost: LostTrust
  /** Without white space. */
  readonly text: string
  /** What has this has not that of the others. */
  readonly isPresent?: true
}

/**
 * The CAs that kubelets and pods trusted before the repair, and that the cluster has no more. Of what an unfinished repair recorded only
 * those with the name of the present CA: it recorded what an operator had added for callers of kubelets, too.
 * @param ca the cluster's CA (PEM)
 */
export function lostCas(cluster: Pick<ClusterState, 'machines' | 'first' | 'config'>, ca: string): string[] {
  const subject = certificateIn(ca)?.subject
  const present = certificatesIn(ca)
  const known = cluster.machines.flatMap(({ facts: { kubeletCas, podCas, recordedCas } }) => [
    ...certificatesIn(kubeletCas),
    ...(publishesClusterCa(cluster as ClusterState) ? podCas.flatMap(certificatesIn) : []),
    ...recordedCas.filter((pem) => certificateIn(pem)?.subject === subject),
  ])
  const lost = known.filter((pem) => !present.some((each) => sameCertificate(each, pem)))
  return lost.filter((pem, index) => lost.findIndex((each) => sameCertificate(each, pem)) === index)
}

/**
 * A CA as it stands in files and ConfigMaps, in base64 as in kubeconfigs and Secrets, and in kubeconfigs in Secrets. Its last lines, since
 * they hold the signature: a CA that was renewed with the same key has its other ones too.
 */
export function caNeedles(ca: string): Needle[] {
  const body = ca.split('\n').filter((line) => line !== '' && !line.startsWith('-----'))
  const encoded = inBase64(body.slice(-3).join('\n'))
  const texts = [body.at(-2) ?? '', ...encoded, ...encoded.flatMap(inBase64)]
  return texts.filter(Boolean).map((text) => ({ lost: 'cluster-ca', text }))
}

/**
 * What kubeadm writes behind a name in a certificate: two times behind the issuer's, the second before or after 2050, and a public key
 * behind its own (RSA of 2048 bits, P-256).
 */
const behindName = ['301e170d', '3020170d', '30820122', '30593013'].map((hex) => Buffer.from(hex, 'hex'))

/**
 * For a CA whose predecessor nobody knows any more, as when everything below /etc/kubernetes is lost: a CA with the same name, or a
 * certificate of one, and not the present CA beside it. In what kubeadm makes, names are never broken across two lines of PEM.
 * @param ca the present one (PEM)
 */
export function namesakeNeedles(lost: 'etcd-ca' | 'front-proxy-ca', ca: string): Needle[] {
  const name = commonName(ca)
  if (name === undefined) return []
  const encoded = behindName.flatMap((behind) => inBase64(Buffer.concat([Buffer.from(name), behind])))
  const present = caNeedles(ca).map(({ text }): Needle => ({ lost, text, isPresent: true }))
  return [...[...encoded, ...encoded.flatMap(inBase64)].map((text) => ({ lost, text })), ...present]
}

/**
 * The keys whose tokens are rejected now or will be, by their kids: what sa.pub names as retired or dropped, and what pods had tokens of.
 */
export function lostKeyIds(
  { machines }: Pick<ClusterState, 'machines'>,
  publicText: string,
  valid: ReadonlySet<string>,
): string[] {
  const retired = tokenKeysIn(publicText).flatMap((key) => (key.retired ? [key.keyId] : []))
  const seen = machines.flatMap(({ facts }) => facts.tokenKeyIds)
  return [...new Set([...retired, ...droppedIn(publicText), ...seen])].filter((keyId) => !valid.has(keyId))
}

/** The tokens of a key, whose header names it, in files and ConfigMaps, and in Secrets. */
export function keyNeedles(keyId: string): Needle[] {
  // As the API server writes it (go-jose): of RSA keys, and of the ECDSA keys that kubeadm makes.
  const headers = ['RS256', 'ES256'].map((alg) =>
    Buffer.from(JSON.stringify({ alg, kid: keyId })).toString('base64url'),
  )
  return headers.flatMap((header) => [header, ...inBase64(header)]).map((text) => ({ lost: 'sa-key', text }))
}

/**
 * What the base64 of every text that contains this one contains: one for each way in which it may stand on the groups of three bytes. Its
 * ends depend on what is around it, and are left out.
 */
export function inBase64(text: string | Buffer): string[] {
  const bytes = Buffer.from(text)
  return [0, 1, 2].map((offset) => {
    const padded = Buffer.concat([Buffer.alloc(offset), bytes])
    const whole = padded.subarray(0, padded.length - (padded.length % 3)).toString('base64')
    return offset === 0 ? whole : whole.slice(4)
  })
}
