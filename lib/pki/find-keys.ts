import { forEachNode } from '../engine/for-each-node.ts'
import type { ClusterState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { keyFits } from './key-pair.ts'
import { certificateIn, certificatesIn } from './pem.ts'
import { halvesIn, publicHalfFunctions } from './public-half.ts'

/** Where people and backup programs put copies. */
const roots = ['/etc', '/opt', '/root', '/home', '/srv', '/mnt', '/usr/local', '/var/backups', '/var/tmp', '/tmp']

/** Of a CA, outside of the directory of certificates. */
export interface FoundKey {
  readonly node: string
  readonly path: string
}

/**
 * Finds the private keys of these CAs on control planes, outside of the directory of certificates: in a directory that was moved away, or
 * in a backup. Reads only, and for 20 s at most; of the keys only their public halves leave a machine.
 * @param cas PEM, of any number
 */
export async function findKeys(
  { controlPlanes, config: { certificatesDir } }: Pick<ClusterState, 'controlPlanes' | 'config'>,
  cas: string,
  signal: AbortSignal,
): Promise<FoundKey[]> {
  const certificates = certificatesIn(cas).flatMap((pem) => certificateIn(pem) ?? [])
  if (certificates.length === 0) return []
  const script = bash`
${emitFunction}
${publicHalfFunctions}
mapfile -d '' -t files < <(timeout 20 find ${roots} -xdev \( -name node_modules -o -name .git -o -path ${certificatesDir} \) -prune -o \
  -type f -size -20k \( -name '*ca*key*' -o -name '*.key' \) -print0 2> /dev/null | head -z -n 200)
for i in "\${!files[@]}"; do echo "$i \${files[i]}"; done | emit paths
for i in "\${!files[@]}"; do add_key_file "$i" "\${files[i]}"; done
print_halves | emit halves
`
  const found = await forEachNode(controlPlanes, async ({ node }) => {
    const text = parseFields((await runScript(node, 'find the keys of CAs', script, { signal })).stdout)
    const halves = halvesIn(text('halves'))
    return linesOf(text('paths')).flatMap((line): FoundKey[] => {
      const [, id = '', path = ''] = /^(\d+) (.*)$/.exec(line) ?? []
      const half = halves.get(id) ?? ''
      return certificates.some((certificate) => keyFits(certificate, half)) ? [{ node: node.name, path }] : []
    })
  })
  return found.flat()
}

/** In words, as in `/root/pki/ca.key on m1`. */
export const keysText = (found: readonly FoundKey[]): string =>
  found.map(({ node, path }) => `${path} on ${node}`).join(', ')
