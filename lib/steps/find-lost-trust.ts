import { findInObjects } from '../api/find-in-objects.ts'
import { messageOf } from '../engine/errors.ts'
import type { LostTrust } from '../engine/recovery-result.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { trustSearch } from '../engine/result-of.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { clientsMayBeRejected, clusterCa } from '../pki/cluster-ca.ts'
import { caNeedles, keyNeedles, lostCas, lostKeyIds, type Needle } from '../pki/lost-trust.ts'
import { tokenKeyIds } from '../pki/sa-key/token-key-ids.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'

interface Search {
  readonly needles: readonly Needle[]
  /** What cannot be recognised, and why. */
  readonly unknown: readonly { readonly where: string; readonly reason: string }[]
}

/** What is looked for; nothing where neither a CA nor the service-account key was replaced. */
async function searchFor(cluster: ClusterState, signal: AbortSignal): Promise<Search | undefined> {
  const { accepted, valid } = await tokenKeyIds(cluster, signal)
  const isReplaced = await clientsMayBeRejected(cluster)
  if (!isReplaced && valid.size === accepted.size) return undefined
  const publicText = await cluster.first.node.readFile(`${cluster.config.certificatesDir}/sa.pub`).catch(() => '')
  const cas = lostCas(cluster, await clusterCa(cluster))
  const keyIds = lostKeyIds(cluster, publicText.toString(), valid)
  // An earlier repair was killed when pods may have had new tokens already.
  const mayHaveForgotten = cluster.controlPlanes.some(({ facts }) => facts.createdSharedCerts)
  const forgotten = {
    where: 'tokens of the lost key',
    reason: 'no pod has one any more, so it is not known which key that was',
  }
  return {
    needles: [...cas.flatMap(caNeedles), ...keyIds.flatMap(keyNeedles)],
    unknown: mayHaveForgotten && keyIds.length === 0 ? [forgotten] : [],
  }
}

const isLost = (mark: string): mark is LostTrust => mark === 'cluster-ca' || mark === 'sa-key'

const linesFor = (needles: readonly Needle[]) => needles.map(({ lost, text }) => `${lost} ${text}`)

async function lookAtObjects(cluster: ClusterState, { emit, signal }: RecoveryContext, needles: readonly Needle[]) {
  const { found, unread } = await findInObjects(cluster, linesFor(needles), signal)
  for (const { kind, name, mark } of found)
    if (isLost(mark)) emit({ type: 'trust.left', where: `${kind} ${name}`, lost: mark })
  for (const kind of unread) emit({ type: 'trust.unseen', where: `every ${kind}`, reason: 'the API did not list them' })
}

/** In kubeconfigs of administrators, of the control plane, and of network plugins, which write one of their own. */
async function lookAtFiles({ node }: NodeState, { emit, signal }: RecoveryContext, needles: readonly Needle[]) {
  const script = bash`
${emitFunction}
shopt -s nullglob
needles=${linesFor(needles).join('\n')}
homes=$(cut -d : -f 6 /etc/passwd | sort -u)
for mark in ${[...new Set(needles.map(({ lost }) => lost))]}; do
  for path in /etc/kubernetes/*.conf /etc/cni/net.d/*kubeconfig* $(printf '%s/.kube/config\n' $homes); do
    if [ -f "$path" ] && grep -qFf <(sed -n "s/^$mark //p" <<< "$needles") -- "$path"; then echo "$mark $path"; fi
  done
done | sort -u | emit found
`
  const { stdout } = await runScript(node, 'find kubeconfigs with a lost CA or token', script, { signal })
  for (const line of linesOf(parseFields(stdout)('found'))) {
    const [, mark = '', where = ''] = /^(\S+) (.*)$/.exec(line) ?? []
    if (isLost(mark)) emit({ type: 'trust.left', node: node.name, where, lost: mark })
  }
}

/**
 * What others still trust or have of a lost CA or key. It reads only, when all is whole, and what it cannot read is named: nothing fails
 * for it.
 */
export const findLostTrust = stepFromFindings<Search>({
  id: trustSearch,
  title: 'Find what still has a lost CA, or tokens of a lost key',
  followUp: true,
  previewWithout: async () => [],
  async find(cluster, { signal }) {
    try {
      const search = await searchFor(cluster, signal)
      return search ? [search] : []
    } catch (error) {
      signal.throwIfAborted()
      return [{ needles: [], unknown: [{ where: 'anything', reason: messageOf(error) }] }]
    }
  },
  async work(cluster, context, found) {
    const { emit, signal } = context
    const needles = found.flatMap((search) => search.needles)
    for (const each of found.flatMap((search) => search.unknown)) emit({ type: 'trust.unseen', ...each })
    if (needles.length === 0) return
    const unlessUnseen = (where: string, look: Promise<void>) =>
      look.catch((error: unknown) => {
        signal.throwIfAborted()
        emit({ type: 'trust.unseen', where, reason: messageOf(error) })
      })
    await Promise.all([
      unlessUnseen('every object of the API', lookAtObjects(cluster, context, needles)),
      ...cluster.machines.map((host) =>
        unlessUnseen(`the kubeconfigs on ${host.node.name}`, lookAtFiles(host, context, needles)),
      ),
    ])
  },
})
