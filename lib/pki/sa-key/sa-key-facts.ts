import { getRawFunction } from '../../api/kube-api.ts'
import { forEachNode } from '../../engine/for-each-node.ts'
import { objectIn } from '../../engine/json.ts'
import type { ClusterState, NodeState } from '../../model.ts'
import { bash, runScript } from '../../shell/bash.ts'
import { emitFunction, parseFields } from '../../shell/script-output.ts'
import { flagOf } from '../../engine/flag-of.ts'
import { manifestFunction } from '../../static-pods/manifests.ts'
import { emitContainers, processOf, type StaticPodProcess } from '../../static-pods/processes.ts'
import { staticPodSpecFromJson } from '../../static-pods/stored-pod.ts'
import { publicHalfFunctions } from '../public-half.ts'
import { tokenKeyOf, tokenKeysIn, tokenKeysOfJwks, type TokenKey } from '../token-keys.ts'

/** What a control plane says about the service-account key: its files, and what its processes have loaded of them. */
export interface SaKeyFacts {
  readonly name: string
  /** The public half of its sa.key; undefined where there is no sa.key that can be read. */
  readonly signing?: TokenKey
  /** When sa.key was written, seconds since 1970 by the machine's clock. */
  readonly writtenAt: number
  /** The text of sa.pub; undefined where it is missing. */
  readonly publicText?: string
  /** When sa.pub was written. */
  readonly publishedAt: number
  /** The keys by which its API server verifies tokens; undefined where it does not say. */
  readonly loaded?: readonly TokenKey[]
  readonly apiServer: StaticPodProcess
  readonly controllerManager: StaticPodProcess
  /** The API server verifies by other files than sa.pub too; the public keys in them. */
  readonly verifiesByOtherFiles: boolean
  readonly otherKeys: readonly TokenKey[]
  /** The API server does not sign with sa.key of the certificates' directory: with another file, or through a plugin. */
  readonly signsElsewhere: boolean
}

/** Asks every control plane. Reads, changes nothing. */
export function readSaKeys(cluster: ClusterState, signal: AbortSignal): Promise<SaKeyFacts[]> {
  return forEachNode(cluster.controlPlanes, (host) => readSaKey(host, cluster, signal))
}

/**
 * Whether no control plane knows any of the key, and nothing runs that has loaded it, as after the loss of everything. Then it is
 * created with the CAs, and whatever starts afterwards loads it.
 */
export function isForgotten(facts: readonly SaKeyFacts[]): boolean {
  return facts.every(
    ({ signing, publicText, loaded, apiServer, controllerManager }) =>
      !signing &&
      publicText === undefined &&
      !loaded &&
      [apiServer, controllerManager].every(({ state }) => state !== 'running'),
  )
}

/** Asks one control plane. sa.key is judged on its machine: only its public half is read out. */
export async function readSaKey(host: NodeState, cluster: ClusterState, signal: AbortSignal): Promise<SaKeyFacts> {
  const { certificatesDir } = cluster.config
  const script = bash`
${emitFunction}
${publicHalfFunctions}
${manifestFunction(host)}
${getRawFunction(host, cluster)}
key=${certificatesDir}/sa.key
if [ -e "$key" ]; then
  stat -c %.3Y "$key" | emit written-at
  public_half "$key" | emit signing
fi
if [ -e ${certificatesDir}/sa.pub ]; then
  echo yes | emit there
  stat -c %.3Y ${certificatesDir}/sa.pub | emit published-at
  public_keys_in ${certificatesDir}/sa.pub | emit public
fi
manifest=$(manifest_of kube-apiserver)
{ cat "$manifest" 2>/dev/null || true; } | emit manifest
# Public keys only: the flag may name a private one.
{ sed -nE 's/^ *- --service-account-key-file=//p' "$manifest" 2>/dev/null || true; } | while read -r file; do
  if [ "$file" != ${certificatesDir}/sa.pub ]; then
    sed -n '/-----BEGIN [A-Z ]*PUBLIC KEY/,/-----END/p' "$file" 2>/dev/null || true
  fi
done | emit other-keys
${emitContainers(['kube-apiserver', 'kube-controller-manager'])}
{ get_raw /openid/v1/jwks 2>/dev/null || true; } | emit loaded
`
  const title = 'read the service-account keys'
  const { stdout } = await runScript(host.node, title, script, { signal })
  return saKeyFactsIn(stdout, host.node.name, certificatesDir)
}

/** The facts in the script's output. */
export function saKeyFactsIn(output: string, name: string, certificatesDir: string): SaKeyFacts {
  const text = parseFields(output)
  const signing = tokenKeyOf(text('signing'))
  const loaded = tokenKeysOfJwks(text('loaded'))
  const command = staticPodSpecFromJson(objectIn(text('manifest')) ?? {}, 'kube-apiserver')?.command ?? []
  const files = command.flatMap((word) => /^--service-account-key-file=(.*)$/.exec(word)?.[1] ?? [])
  const signsWith = flagOf(command, 'service-account-signing-key-file')
  return {
    name,
    ...(signing ? { signing } : {}),
    writtenAt: Number(text('written-at')),
    ...(text('there') === '' ? {} : { publicText: `${text('public')}\n` }),
    publishedAt: Number(text('published-at')),
    ...(loaded ? { loaded } : {}),
    apiServer: processOf(text('containers'), 'kube-apiserver'),
    controllerManager: processOf(text('containers'), 'kube-controller-manager'),
    otherKeys: tokenKeysIn(text('other-keys')),
    verifiesByOtherFiles: files.some((file) => file !== `${certificatesDir}/sa.pub`),
    signsElsewhere: command.length > 0 && signsWith !== `${certificatesDir}/sa.key`,
  }
}
