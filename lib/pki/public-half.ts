import { bash } from '../shell/bash.ts'

/** What stands for a file that is there and holds nothing that can be read. */
export const unreadable = 'unreadable'

/**
 * Functions for scripts that judge private keys on their machine. What they print may leave it; a private key never does, also where it
 * lies in a file of another name. `unreadable` stands for a file that is neither empty nor what it should be.
 *
 * `public_half FILE` prints the public half of a private key. `certificates_in FILE` prints certificates alone, `public_keys_in FILE`
 * all but private keys. `public_conf FILE` prints a kubeconfig with the public halves in the place of the private keys, and without
 * tokens and passwords; a relative order of several users stays.
 */
export const publicHalfFunctions = bash`
or_unreadable() { if grep -q '[^[:space:]]' "$1" 2> /dev/null; then echo ${unreadable}; fi; }
public_half() { openssl pkey -in "$1" -passin pass: -pubout 2> /dev/null < /dev/null || or_unreadable "$1"; }
certificates_in() {
  local found
  found=$(sed -n '/-----BEGIN CERTIFICATE-----/,/-----END CERTIFICATE-----/p' "$1" 2> /dev/null || true)
  if [ -n "$found" ]; then echo "$found"; else or_unreadable "$1"; fi
}
public_keys_in() {
  local found
  found=$(sed '/-----BEGIN [A-Z ]*PRIVATE KEY-----/,/-----END [A-Z ]*PRIVATE KEY-----/d' "$1" 2> /dev/null || true)
  if [ -n "$found" ]; then echo "$found"; else or_unreadable "$1"; fi
}
# The value may be quoted, or a block of several lines. What looks otherwise is not sent at all.
key_data='^(["'\'']?:[[:space:]]*)([|>][-+]?[[:space:]]+)?(["'\'']?)(([A-Za-z0-9+/=]+[[:space:]]+)*[A-Za-z0-9+/=]+)(["'\''[:space:],}]|$)'
public_conf() {
  local text shown= half
  text=$(cat "$1" 2> /dev/null || true)
  while [[ $text == *client-key-data* ]]; do
    shown+=\${text%%client-key-data*}client-key-data
    text=\${text#*client-key-data}
    if ! [[ $text =~ $key_data ]]; then echo ${unreadable}; return; fi
    half=$(printf '%s' "\${BASH_REMATCH[4]}" | base64 -di 2> /dev/null | openssl pkey -passin pass: -pubout 2> /dev/null || echo ${unreadable})
    shown+=\${BASH_REMATCH[1]}\${BASH_REMATCH[3]}$(printf '%s' "$half" | base64 -w0)
    text=\${text:$((\${#BASH_REMATCH[0]} - \${#BASH_REMATCH[6]}))}
  done
  printf '%s\n' "$shown$text" | sed -E 's/\b((token|password)["'\'']?: *["'\'']?)[^"'\'',} ]+/\1withheld/g'
}
`
