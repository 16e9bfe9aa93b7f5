import { CertificationRequest } from '@peculiar/asn1-csr'
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  Extensions,
  SubjectAlternativeName,
  id_ce_subjectAltName,
  type Attribute,
  type GeneralName,
  type Name,
} from '@peculiar/asn1-x509'

import { derOf, pemBlocks } from '../pem.ts'

/** The names in a certificate request. */
export interface RequestedNames {
  readonly commonNames: readonly string[]
  readonly organizations: readonly string[]
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
  /** How many names are of other kinds: e-mail addresses, URIs, attributes of the subject other than CN and O. */
  readonly others: number
}

const commonName = '2.5.4.3'
const organization = '2.5.4.10'
/** PKCS #9: the attribute of a request that carries the extensions of the certificate. */
const extensionRequest = '1.2.840.113549.1.9.14'

/**
 * The names in a PKCS #10 request. Throws TypeError for a text that is not exactly one readable request. Its signature
 * is not verified: a certificate is of use only with its key.
 */
export function requestedNames(pem: string): RequestedNames {
  const blocks = pemBlocks('CERTIFICATE REQUEST', pem)
  const [block] = blocks
  if (block === undefined || blocks.length !== 1) throw new TypeError('there is not exactly one certificate request')
  try {
    const { certificationRequestInfo: info } = AsnConvert.parse(derOf(block), CertificationRequest)
    const extensions = [...((info.attributes as Iterable<Attribute> | undefined) ?? [])]
      .filter(({ type }) => type === extensionRequest)
      .flatMap(({ values }) => values.flatMap((value) => [...AsnConvert.parse(value, Extensions)]))
    const names = extensions
      .filter(({ extnID }) => extnID === id_ce_subjectAltName)
      .flatMap(({ extnValue }) => [...AsnConvert.parse(extnValue, SubjectAlternativeName)])
    return namesOf(info.subject, names)
  } catch (cause) {
    throw new TypeError('the certificate request cannot be read', { cause })
  }
}

function namesOf(subject: Name, names: readonly GeneralName[]): RequestedNames {
  const attributes = [...subject].flatMap((relative) => [...relative])
  const valuesOf = (oid: string) => attributes.filter(({ type }) => type === oid).map(({ value }) => value.toString())
  const [commonNames, organizations] = [valuesOf(commonName), valuesOf(organization)]
  const dnsNames = names.flatMap(({ dNSName }) => dNSName ?? [])
  const ipAddresses = names.flatMap(({ iPAddress }) => iPAddress ?? [])
  const understood = [commonNames, organizations, dnsNames, ipAddresses].reduce((sum, list) => sum + list.length, 0)
  return { commonNames, organizations, dnsNames, ipAddresses, others: attributes.length + names.length - understood }
}
