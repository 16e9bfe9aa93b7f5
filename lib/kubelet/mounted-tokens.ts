import { join } from 'node:path'
import { getRaw, items, nameOf } from '../api/kube-api.ts'
import { podsIn, type Pod } from '../api/pods.ts'
import { keyIdOfHeader } from '../api/tokens.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { objectAt, stringAt } from '../engine/json.ts'
import type { ClusterState, Json, NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { kubeletStartOrZero } from './kubelet.ts'

/** A token in a volume of a running pod. The token itself never leaves its machine. */
export interface MountedToken {
  readonly host: NodeState
  readonly pod: Pod
  /** Which key signed it; undefined where there is no token (yet). */
  readonly keyId: string | undefined
  /**
   * The kubelet that runs now wrote it, so it keeps it in memory until most of its lifetime is over, and for a day at most
   * (pkg/kubelet/token, requiresRefresh). One that an earlier kubelet left is renewed at the pod's first sync.
   */
  readonly isKept: boolean
  /** Its pod's ServiceAccount exists. Where it is gone, nobody can issue another. */
  readonly isRenewable: boolean
}

/** Which key signed the tokens that the running pods of the cluster mount. Reads, changes nothing. */
export async function mountedTokens(cluster: ClusterState, signal: AbortSignal): Promise<MountedToken[]> {
  const [list, accounts] = await getRaw(cluster.first, cluster, ['/api/v1/pods', '/api/v1/serviceaccounts'], signal)
  const pods = podsIn(list).filter(({ running }) => running)
  const known = new Set(items(accounts).map((account) => `${namespaceOf(account)}/${nameOf(account)}`))
  const found = await forEachNode(cluster.machines, async (host) => {
    const own = pods.filter(({ node }) => node === host.node.name)
    const files = new Map(
      own.flatMap((pod) => pod.tokenFiles.map((file) => [join(host.facts.kubeletRoot, file), pod] as const)),
    )
    const tokens = await tokensIn(host, [...files.keys()], signal)
    return tokens.flatMap(({ file, keyId, isKept }) => {
      const pod = files.get(file)
      const isRenewable = pod !== undefined && known.has(`${pod.namespace}/${pod.serviceAccount}`)
      return pod ? [{ host, pod, keyId, isKept, isRenewable }] : []
    })
  })
  return found.flat()
}

const namespaceOf = (object: Json) => stringAt(objectAt(object, 'metadata'), 'namespace') ?? ''

export interface TokenFile {
  readonly file: string
  readonly keyId: string | undefined
  readonly isKept: boolean
}

/** Which key signed the tokens in these files. Only the first part of each, the header, is read out. */
export async function tokensIn(
  host: Pick<NodeState, 'node'>,
  files: readonly string[],
  signal: AbortSignal,
): Promise<TokenFile[]> {
  if (files.length === 0) return []
  const script = bash`
${emitFunction}
{ ${kubeletStartOrZero}; } | emit started-at
for file in ${files}; do
  header=
  if [ -r "$file" ]; then IFS=. read -r header _ < "$file" || true; fi
  printf '%s %s %s\n' "\${header:--}" "$(stat -L -c %Y "$file" 2>/dev/null || echo 0)" "$file"
done | emit tokens
`
  const { stdout } = await runScript(host.node, 'read the signing keys of mounted tokens', script, { signal })
  const text = parseFields(stdout)
  const startedAt = Number(text('started-at'))
  return linesOf(text('tokens')).flatMap((line) => {
    const [, header = '', writtenAt = '', file = ''] = /^(\S+) (\d+) (.*)$/.exec(line) ?? []
    if (file === '') return []
    return [{ file, keyId: keyIdOfHeader(header), isKept: startedAt > 0 && Number(writtenAt) >= startedAt }]
  })
}
