import type { ReplaceableCa } from '../engine/options.ts'
import type { CaFile } from '../model.ts'

/** The certificate of a CA, by the name that `--replace` gives the CA. */
export const replaceableFiles = {
  ca: 'ca.crt',
  'etcd-ca': 'etcd/ca.crt',
  'front-proxy-ca': 'front-proxy-ca.crt',
} as const satisfies Readonly<Record<ReplaceableCa, CaFile>>

/** How an operator has CAs replaced, as the end of a sentence that says what else there is to do. */
export function replaceHint(files: readonly CaFile[]): string {
  const names = Object.entries(replaceableFiles).flatMap(([name, file]) => (files.includes(file) ? [name] : []))
  const one = names.length === 1
  return `have ${one ? 'a new CA' : 'new CAs'} made in ${one ? 'its' : 'their'} place: drill recover RUN --replace ${names.join(',')} (look at it with --plan first: the API is away meanwhile, and whatever trusts the old CA outside of the cluster must be given the new one)`
}
