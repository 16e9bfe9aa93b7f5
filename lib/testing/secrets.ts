/** What never leaves a machine. A public key, a certificate and the header of a token may. */
const patterns: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/],
  ['bootstrap token', /(?<![-.\w])[a-z0-9]{6}\.[a-z0-9]{16}(?![-.\w])/],
]

/** Base64 of any text, as in a kubeconfig, a Secret or the answer of a script. */
const base64 = /[A-Za-z0-9+/]{32,}={0,2}/g

/** The names of the secrets in a command's output, also where it is in base64, be it twice; empty where it has none. */
export function secretsIn(output: string, depth = 3): string[] {
  const found = patterns.flatMap(([name, pattern]) => (pattern.test(output) ? [name] : []))
  const inside =
    depth === 0
      ? []
      : (output.match(base64) ?? []).flatMap((text) =>
          secretsIn(Buffer.from(text, 'base64').toString('latin1'), depth - 1),
        )
  return [...new Set([...found, ...inside])]
}
