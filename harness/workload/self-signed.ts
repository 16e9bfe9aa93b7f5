import { generateKeyPairSync, sign } from 'node:crypto'

/** A key and a self-signed certificate for 127.0.0.1 and the given DNS names, PEM both. Made by hand, because node makes keys but no certificates, and a fresh machine need not have openssl. */
export function selfSigned(
  commonName: string,
  dnsNames: readonly string[] = [],
): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = der(0x30, oid('2a8648ce3d040302')) // ecdsa-with-SHA256
  const name = der(0x30, der(0x31, der(0x30, oid('550403'), der(0x0c, Buffer.from(commonName)))))
  const validity = der(0x30, ...['200101000000Z', '490101000000Z'].map((time) => der(0x17, Buffer.from(time))))
  const names = dnsNames.map((dnsName) => der(0x82, Buffer.from(dnsName)))
  const alternatives = der(0x30, der(0x87, Buffer.from([127, 0, 0, 1])), ...names)
  const extensions = der(0xa3, der(0x30, der(0x30, oid('551d11'), der(0x04, alternatives)))) // subjectAltName
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const version = der(0xa0, der(0x02, Buffer.from([2])))
  const serial = der(0x02, Buffer.from([1]))
  const body = der(0x30, version, serial, algorithm, name, validity, name, spki, extensions)
  const signature = sign('sha256', body, privateKey)
  const certificate = der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature))
  const lines = (certificate.toString('base64').match(/.{1,64}/g) ?? []).join('\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}

const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
