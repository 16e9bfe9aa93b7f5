import { X509Certificate } from 'node:crypto'

/** Whom an extension API server lets speak for users, as ConfigMap kube-system/extension-apiserver-authentication says. */
export interface RequestHeaderTrust {
  /** PEM, one certificate each. */
  readonly cas: readonly string[]
  /** Common names that callers may have; empty lets every name pass. */
  readonly allowedNames: readonly string[]
}

const certificates = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g

/** Reads the ConfigMap's JSON. Throws when it names no CA: no client could be verified. */
export function requestHeaderTrustOf(configMapJson: string): RequestHeaderTrust {
  const { data = {} } = JSON.parse(configMapJson) as { readonly data?: Readonly<Record<string, string>> }
  const cas = data['requestheader-client-ca-file']?.match(certificates) ?? []
  if (cas.length === 0) throw new Error('the ConfigMap names no request header client CA')
  return { cas, allowedNames: JSON.parse(data['requestheader-allowed-names'] ?? '[]') as string[] }
}

/** SHA-256 of each certificate, with colons as openssl prints it. */
export const fingerprintsOf = (cas: readonly string[]): readonly string[] =>
  cas.map((ca) => new X509Certificate(ca).fingerprint256)
