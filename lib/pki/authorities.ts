import { createPublicKey } from 'node:crypto'
import { bash, runScript } from '../bash.ts'
import { GateError } from '../errors.ts'
import type { RecoveryContext } from '../step.ts'
import type { Host, Site } from '../site.ts'
import { reportSetAside, setAsideFunctions } from '../set-aside.ts'
import { kubeadmConfigPath } from '../work-dir.ts'

/** What all control planes share, below the certificates' directory; the list that kubeadm's own join copies. */
export const sharedFiles = [
  'ca.crt',
  'ca.key',
  'front-proxy-ca.crt',
  'front-proxy-ca.key',
  'etcd/ca.crt',
  'etcd/ca.key',
  'sa.key',
  'sa.pub',
] as const

export type SharedFile = (typeof sharedFiles)[number]

/** SHA-256 of each shared file that a control plane has; empty files do not count. */
export type Holdings = ReadonlyMap<SharedFile, string>

export async function holdings(host: Host, certificatesDir: string, signal: AbortSignal): Promise<Holdings> {
  const script = bash`
cd ${certificatesDir} 2>/dev/null || exit 0
for file in ${sharedFiles}; do if [ -s "$file" ]; then sha256sum -- "$file"; fi; done
`
  const { stdout } = await runScript(host.node, 'see which authorities are there', script, { signal })
  const lines = stdout.split('\n').map((line) => line.split(/\s+/))
  const sums = new Map(lines.map(([sum = '', file = '']) => [file, sum]))
  return new Map(sharedFiles.flatMap((file) => (sums.has(file) ? [[file, sums.get(file) ?? '']] : [])))
}

/**
 * Which control plane's authorities are everyone's: one that holds all of them, or undefined where none does. Throws
 * GateError when two hold different ones, because no program can know which of them the cluster uses.
 */
export function authoritySource(held: readonly (readonly [Host, Holdings])[]): Host | undefined {
  for (const file of sharedFiles) {
    const holders = held.filter(([, files]) => files.has(file))
    const different = holders.find(([, files]) => files.get(file) !== holders[0]?.[1].get(file))
    if (different && holders[0]) {
      throw new GateError(
        `${file} differs between ${holders[0][0].node.name} and ${different[0].node.name}, and nobody can know which is in use: move the wrong one away and start again`,
      )
    }
  }
  return held.find(([, files]) => files.size === sharedFiles.length)?.[0]
}

/** Pairs of which one half is useless. sa.key alone is not: the public key follows from it. */
const pairs: readonly (readonly [SharedFile, SharedFile])[] = [
  ['ca.crt', 'ca.key'],
  ['front-proxy-ca.crt', 'front-proxy-ca.key'],
  ['etcd/ca.crt', 'etcd/ca.key'],
  ['sa.pub', 'sa.key'],
]

/**
 * The files that are half of a pair: kubeadm takes a CA certificate without its key for an external CA, and makes
 * nothing.
 */
export function halves(files: Holdings): SharedFile[] {
  return pairs.flatMap((pair) => {
    const there = pair.filter((file) => files.has(file))
    return there.length === 1 && there[0] !== 'sa.key' ? there : []
  })
}

/**
 * Makes what is missing of the authorities on one control plane; what is there and whole stays. Halves of pairs are
 * set aside.
 */
export async function makeAuthorities(
  context: RecoveryContext,
  site: Site,
  host: Host,
  files: Holdings,
): Promise<void> {
  await restorePublicKey(host, site.config.certificatesDir, files)
  const script = bash`
${setAsideFunctions(site.stamp)}
mkdir -p ${site.config.certificatesDir}
cd ${site.config.certificatesDir}
for file in ${halves(files)}; do set_aside "$PWD/$file"; done
jobs=()
for phase in ca front-proxy-ca etcd-ca sa; do
  kubeadm init phase certs "$phase" --config ${kubeadmConfigPath} >&2 & jobs+=($!)
done
for job in "\${jobs[@]}"; do wait "$job"; done
`
  const result = await runScript(host.node, 'make the authorities', script, { signal: context.signal })
  reportSetAside(context, host.node.name, result)
}

/** kubeadm never makes sa.pub where sa.key exists (CreateServiceAccountKeyAndPublicKeyFiles returns early). */
async function restorePublicKey(host: Host, certificatesDir: string, files: Holdings): Promise<void> {
  if (!files.has('sa.key') || files.has('sa.pub')) return
  const privateKey = await host.node.readFile(`${certificatesDir}/sa.key`)
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })
  await host.node.writeFile(`${certificatesDir}/sa.pub`, publicKey)
}

/** Shared files of a control plane, all unless told, as one base64 text. Private keys: keep it in memory only. */
export async function packAuthorities(
  host: Host,
  certificatesDir: string,
  signal: AbortSignal,
  files: readonly SharedFile[] = sharedFiles,
): Promise<string> {
  const script = bash`tar -C ${certificatesDir} -cf - ${files} | base64 -w0`
  const { stdout } = await runScript(host.node, 'pack the authorities', script, { signal, secret: true })
  return stdout
}

/** Installs packed authorities; a file that is there already is not replaced. */
export async function unpackAuthorities(host: Host, packed: string, site: Site, signal: AbortSignal): Promise<void> {
  const script = bash`
mkdir -p ${site.config.certificatesDir}/etcd
cd ${site.config.certificatesDir}
incoming=$(mktemp -d "$PWD/.incoming.XXXXXX")
trap 'rm -rf "$incoming"' EXIT
base64 -d | tar -C "$incoming" -xf -
for file in ${sharedFiles}; do if [ ! -s "$file" ] && [ -e "$incoming/$file" ]; then mv "$incoming/$file" "$file"; fi; done
`
  await runScript(host.node, 'install the authorities', script, { signal, secret: true, input: packed })
}
