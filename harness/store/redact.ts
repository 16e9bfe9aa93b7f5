import { plantedSecrets } from '../model/planted-secrets.ts'

const withheld = '[withheld]'

/** What must never be written down, and what stands in its place. The same patterns find leaks in a run directory. */
const secrets: readonly (readonly [name: string, pattern: RegExp, replacement: string])[] = [
  ['private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, withheld],
  ['kubeconfig key data', /(client-key-data["']?\s*:\s*["']?)[A-Za-z0-9+/=]{16,}/g, `$1${withheld}`],
  [
    'base64 of a PEM private key',
    /LS0tLS1CRUdJTi[A-Za-z0-9+/=]*(?:UFJJVkFURSBLRVk|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW)[A-Za-z0-9+/=]*/g,
    withheld,
  ],
  // The header, a few short names, has a limit: base64 of JSON is full of `eyJ`, and a search from each of them to the end takes seconds.
  ['JSON web token', /eyJ[A-Za-z0-9_-]{10,512}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}/g, withheld],
  ['bootstrap token', /\b(?<![-.\w])[a-z0-9]{6}\.[a-z0-9]{16}\b(?![-.\w])/g, withheld],
  ['encryption key', /(\bsecret["']?\s*:\s*["']?)[A-Za-z0-9+/]{43}=/g, `$1${withheld}`],
  ['generated password', new RegExp(`${plantedSecrets.password}[0-9a-f]*`, 'g'), withheld],
  ['certificate key', /(--certificate-key[= ])[0-9a-f]{64}/g, `$1${withheld}`],
]

/** The text without private keys, tokens and key data of kubeconfigs. */
export function redact(text: string): string {
  return secrets.reduce((clean, [, pattern, replacement]) => clean.replace(pattern, replacement), text)
}

const keyBegins = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
const keyEnds = /-----END [A-Z ]*PRIVATE KEY-----/

/**
 * Redacts output that comes line by line, in which a private key is many lines: all of them are withheld. Answers undefined
 * for a line that is to be left out.
 */
export function redactedLines(): (line: string) => string | undefined {
  let inKey = false
  return (line) => {
    if (inKey) {
      inKey = !keyEnds.test(line)
      return undefined
    }
    inKey = keyBegins.test(line) && !keyEnds.test(line)
    return redact(line)
  }
}

/** As JSON.stringify, with every string redacted on its own, so that what is withheld never takes the document's end with it. */
export function redactedJson(value: unknown, space?: number): string {
  return JSON.stringify(value, (_, entry: unknown) => (typeof entry === 'string' ? redact(entry) : entry), space)
}

/** The names of the kinds of secret that stand in the text; empty for a clean one. */
export function secretsIn(text: string): readonly string[] {
  return secrets.filter(([, pattern]) => text.search(pattern) >= 0).map(([name]) => name)
}
