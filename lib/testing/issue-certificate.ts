import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_subjectAltName,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'

/** A certificate and its key, both PEM. */
export interface Issued {
  readonly certificate: string
  readonly key: string
  /** The public half of the key: what a machine shows of it. */
  readonly publicKey: string
}

/** As a machine shows it. */
export const shown = ({ publicKey, ...issued }: Issued): Issued => ({ ...issued, key: publicKey, publicKey })

export interface Wanted {
  readonly commonName: string
  readonly organization?: string
  /** IPv4 addresses that it is made out to. */
  readonly addresses?: readonly string[]
  readonly notAfter?: Date
  /** Who signs; itself where there is none, and then it is a CA. */
  readonly by?: Pick<Issued, 'certificate' | 'key'>
  /** Renewed for this key instead of a new one. */
  readonly key?: string
}

/** With SHA-256. */
const signatures = { ec: '1.2.840.10045.4.3.2', rsa: '1.2.840.113549.1.1.11' } as const

const names = { commonName: '2.5.4.3', organization: '2.5.4.10' } as const

/** Issues a certificate (EC P-256), so that tests can have every kind of wrong one, with keys that exist in the test only. */
export function issueCertificate(wanted: Wanted): Issued {
  const privateKey = wanted.key === undefined ? newKey() : createPrivateKey(wanted.key)
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const signer = wanted.by ? createPrivateKey(wanted.by.key) : privateKey
  const algorithm = new AlgorithmIdentifier({
    algorithm: signatures[signer.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec'],
  })
  const spki = generatePublic(privateKey)
  const subject = nameOf(wanted)
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: new Uint8Array([1, ...randomBytes(8)]).buffer,
    signature: algorithm,
    issuer: wanted.by ? AsnConvert.parse(AsnConvert.serialize(issuerOf(wanted.by)), Name) : subject,
    validity: new Validity({
      notBefore: new Date('2020-01-01'),
      notAfter: wanted.notAfter ?? new Date('2126-01-01'),
    }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(spki, SubjectPublicKeyInfo),
    extensions: new Extensions(extensionsOf(wanted)),
  })
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: arrayBuffer(sign('sha256', Buffer.from(AsnConvert.serialize(tbsCertificate)), signer)),
  })
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()
  return { certificate: pem(Buffer.from(AsnConvert.serialize(certificate))), key, publicKey }
}

function newKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

function generatePublic(privateKey: KeyObject): ArrayBuffer {
  return arrayBuffer(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }))
}

function issuerOf({ certificate }: Pick<Issued, 'certificate'>): Name {
  const der = Buffer.from(certificate.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
  return AsnConvert.parse(der, Certificate).tbsCertificate.subject
}

function nameOf(wanted: Wanted): Name {
  const parts = (['organization', 'commonName'] as const).flatMap((part) => {
    const value = wanted[part]
    if (value === undefined) return []
    const attribute = new AttributeTypeAndValue({
      type: names[part],
      value: new AttributeValue({ utf8String: value }),
    })
    return [new RelativeDistinguishedName([attribute])]
  })
  return new Name(parts)
}

function extensionsOf({ by, addresses = [] }: Wanted): Extension[] {
  const extension = (extnID: string, value: unknown) =>
    new Extension({ extnID, critical: false, extnValue: new OctetString(AsnConvert.serialize(value)) })
  if (!by) return [extension(id_ce_basicConstraints, new BasicConstraints({ cA: true }))]
  if (addresses.length === 0) return []
  const list = addresses.map((address) => new GeneralName({ iPAddress: address }))
  return [extension(id_ce_subjectAltName, new SubjectAlternativeName(list))]
}

function arrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

function pem(der: Buffer): string {
  const lines = der
    .toString('base64')
    .replaceAll(/(.{64})/g, '$1\n')
    .trimEnd()
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}
