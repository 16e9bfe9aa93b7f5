import { gunzipSync } from 'node:zlib'
import { plantedIn, plantedSecrets } from '../model/planted-secrets.ts'
import { secretsIn } from './redact.ts'

/** Of a kubeconfig's key data it counts what it holds: a repair may send the public half. */
const byContent = 'kubeconfig key data'
/** The repair asks the API for pods, whose environment is part of them; it goes into no record. */
const inPods = `planted secret (${'environment' satisfies keyof typeof plantedSecrets})`

const encoded = /[A-Za-z0-9+/]{32,}={0,2}/g

/**
 * The kinds of secret in what a command of a repair printed, also where it is compressed or in base64, be it several times: they have
 * left their machine, even if no record has them.
 */
export function leavingSecrets(output: string, depth = 4): readonly string[] {
  const found = [...secretsIn(output), ...plantedIn(output)].filter((kind) => kind !== byContent && kind !== inPods)
  const inside =
    depth === 0 ? [] : (output.match(encoded) ?? []).flatMap((text) => leavingSecrets(decoded(text), depth - 1))
  return [...new Set([...found, ...inside])]
}

function decoded(text: string): string {
  const bytes = Buffer.from(text, 'base64')
  try {
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('latin1')
  } catch {
    return ''
  }
}
