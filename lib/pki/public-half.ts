import { createPublicKey } from 'node:crypto'
import { bash } from '../shell/bash.ts'
import { linesOf } from '../shell/script-output.ts'

/** What stands for a file that is there and holds nothing that can be read. */
const unreadable = 'unreadable'

/**
 * Functions for scripts that judge private keys on their machine. What they print may leave it; a private key never does, also where it
 * lies in a file of another name. `unreadable` stands for a file that is neither empty nor what it should be.
 *
 * `public_half FILE` prints the public half of a private key. `certificates_in FILE` prints certificates alone, `public_keys_in FILE`
 * all but private keys. `public_conf FILE NAME` sets `shown` to a kubeconfig without tokens and passwords, in which a word stands for
 * each private key, and adds the keys. `add_key NAME TEXT` and `add_key_file NAME FILE` add one. `print_halves` prints what halvesIn
 * reads: to start openssl takes longer than all that it does here, so it is started once for all keys that were added.
 */
export const publicHalfFunctions = bash`
read_file() { text=; { IFS= read -r -d '' text < "$1"; } 2> /dev/null || true; }
or_unreadable() { if [[ $1 == *[![:space:]]* ]]; then echo ${unreadable}; fi; }
public_half() {
  local text
  if openssl pkey -in "$1" -passin pass: -pubout 2> /dev/null < /dev/null; then return; fi
  read_file "$1"
  or_unreadable "$text"
}
# Of one that is cut only its beginning.
certificates_in() {
  local text whole found= one
  read_file "$1"
  whole=$text
  while [[ $text == *'-----BEGIN CERTIFICATE-----'* ]]; do
    text=\${text#*-----BEGIN CERTIFICATE-----}
    one=\${text%%-----*}
    found+=-----BEGIN\ CERTIFICATE-----$one
    if [[ $text == "$one"'-----END CERTIFICATE-----'* ]]; then found+=-----END\ CERTIFICATE-----; fi
    found+=$'\n'
  done
  if [ -n "$found" ]; then printf '%s' "$found"; else or_unreadable "$whole"; fi
}
public_keys_in() {
  local text found
  found=$(sed '/-----BEGIN [A-Z ]*PRIVATE KEY-----/,/-----END [A-Z ]*PRIVATE KEY-----/d' "$1" 2> /dev/null || true)
  read_file "$1"
  if [ -n "$found" ]; then echo "$found"; else or_unreadable "$text"; fi
}
names=() keys=()
add_key() {
  if [[ $2 == *[![:space:]]* ]]; then names+=("$1") keys+=("$2"$'\n'); fi
}
add_key_file() {
  local text
  read_file "$2"
  add_key "$1" "$text"
}
# The value may be quoted, or a block of several lines. What looks otherwise is not sent at all.
key_data='^(["'\'']?:[[:space:]]*)([|>][-+]?[[:space:]]+)?(["'\'']?)(([A-Za-z0-9+/=]+[[:space:]]+)*[A-Za-z0-9+/=]+)(["'\''[:space:],}]|$)'
public_conf() {
  local text count=0
  read_file "$1"
  shown=
  while [[ $text == *client-key-data* ]]; do
    shown+=\${text%%client-key-data*}client-key-data
    text=\${text#*client-key-data}
    if ! [[ $text =~ $key_data ]]; then shown=${unreadable}; return; fi
    count=$((count + 1))
    shown+=\${BASH_REMATCH[1]}\${BASH_REMATCH[3]}key-$count-of-$2
    text=\${text:$((\${#BASH_REMATCH[0]} - \${#BASH_REMATCH[6]}))}
    add_key "key-$count-of-$2" "$(printf '%s' "\${BASH_REMATCH[4]}" | base64 -di 2> /dev/null | tr -d '\0' || true)"
  done
  shown+=$text
  if [[ $shown == *token* || $shown == *password* ]]; then
    shown=$(printf '%s\n' "$shown" | sed -E 's/\b((token|password)["'\'']?: *["'\'']?)[^"'\'',} ]+/\1withheld/g')
  fi
}
public_parts() {
  awk '
    function finish() { if (found) print (more == "" ? "other" : kind " " hex " " more); hex = more = ""; inside = 0 }
    /^[0-9]+: / { finish(); found = 1; next }
    /^[^ ]/ { inside = 0 }
    /^modulus:/ { kind = "rsa"; inside = 1; next }
    /^pub:/ { kind = "ec"; inside = 1; next }
    /^publicExponent: / { more = $2 }
    /^ASN1 OID: / { more = $3 }
    inside { gsub(/[ :]/, ""); hex = hex $0 }
    END { finish() }'
}
print_halves() {
  local parts i
  if [ "\${#keys[@]}" = 0 ]; then return; fi
  mapfile -t parts < <(openssl storeutl -keys -noout -text -passin pass: <(printf '%s' "\${keys[@]}") 2> /dev/null | public_parts)
  # One that cannot be read hides which is which, and openssl before 1.1.1 cannot do this.
  if [ "\${#parts[@]}" != "\${#keys[@]}" ] || [[ "\${parts[*]}" == *other* ]]; then
    for i in "\${!keys[@]}"; do
      parts[i]="pem $(printf '%s' "\${keys[i]}" | openssl pkey -passin pass: -pubout 2> /dev/null | base64 -w0 || true)"
    done
  fi
  for i in "\${!keys[@]}"; do printf '%s %s\n' "\${names[i]}" "\${parts[i]}"; done
}
`

/** By the names that openssl gives them (RFC 7518, section 6.2). */
const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }

const base64url = (hex: string) => Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url')

/** The public halves that a script printed, by the names under which their keys were added: PEM, or `unreadable`. */
export function halvesIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    linesOf(text).map((line) => {
      const [name = '', kind = '', value = '', more = ''] = line.split(' ')
      const pem = kind === 'pem' ? Buffer.from(value, 'base64').toString() : pemOf(kind, value, more)
      return [name, pem === '' ? unreadable : pem]
    }),
  )
}

function pemOf(kind: string, hex: string, more: string): string {
  const jwk = kind === 'rsa' ? rsa(hex, more) : ellipticCurve(hex, more)
  try {
    return createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
  } catch {
    return ''
  }
}

/** The modulus has a zero before it where its first bit is set. */
const rsa = (hex: string, exponent: string) => ({
  kty: 'RSA',
  n: base64url(hex.replace(/^00/, '')),
  e: base64url(Number(exponent).toString(16)),
})

/** An uncompressed point: 04, x, y. */
function ellipticCurve(hex: string, curve: string) {
  const half = (hex.length - 2) / 2
  const [x, y] = [hex.slice(2, 2 + half), hex.slice(2 + half)]
  return { kty: 'EC', crv: curves[curve] ?? '', x: base64url(x), y: base64url(y) }
}

/** A kubeconfig that a script showed, with the public halves in the place of its keys. */
export function withHalves(conf: string, halves: ReadonlyMap<string, string>): string {
  return conf.replaceAll(/\bkey-\d+-of-[\w.-]+\w/g, (word) =>
    Buffer.from(halves.get(word) ?? unreadable).toString('base64'),
  )
}
