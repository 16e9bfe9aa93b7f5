import type { Node } from '../node.ts'
import { bash, runScript, type Script } from './bash.ts'
import { emitFunction, parseFields } from './script-output.ts'

/** A machine that can open what another one seals for it. */
export interface Receiver {
  /** PEM, made for one transfer. */
  readonly certificate: string
  /** On the machine, in memory; holds the certificate and its key. The script that opens what was sealed removes it. */
  readonly directory: string
}

/**
 * Machines have no connection to each other, so a secret goes through this process from one to another: encrypted for the receiving
 * machine (CMS, RFC 5652), whose key never leaves it. What a repair that was killed leaves there opens nothing that is kept anywhere.
 */
export async function openReceiver(node: Pick<Node, 'exec'>, signal: AbortSignal): Promise<Receiver> {
  const script = bash`
${emitFunction}
umask 077
directory=$(mktemp -d -p /dev/shm drill-recovery.XXXXXX)
openssl req -x509 -config <(printf '[req]\ndistinguished_name=name\n[name]\n') -subj /CN=receiver -days 2 \
  -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$directory/key" -out "$directory/certificate" 2> /dev/null
echo "$directory" | emit directory
cat "$directory/certificate" | emit certificate
`
  const { stdout } = await runScript(node, 'prepare to receive a secret', script, { signal })
  const text = parseFields(stdout)
  return { certificate: text('certificate'), directory: text('directory') }
}

/** `… | seal`, for scripts: prints what only this receiver can open. */
export function sealFunction({ certificate }: Pick<Receiver, 'certificate'>): Script {
  return bash`
seal() {
  openssl cms -encrypt -binary -aes-256-cbc -outform PEM -recip <(echo ${certificate}) -keyopt ecdh_kdf_md:sha256
}
`
}

/** `… | unseal`, for scripts on the receiver. The caller's trap removes the directory. */
export function unsealFunction({ directory }: Pick<Receiver, 'directory'>): Script {
  return bash`
unseal() {
  openssl cms -decrypt -binary -inform PEM -inkey ${directory}/key -recip ${directory}/certificate
}
`
}
