import { findInObjects } from '../api/find-in-objects.ts'
import { findInReleases } from '../api/find-in-releases.ts'
import { messageOf } from '../engine/errors.ts'
import { lostTrusts, type LostTrust } from '../engine/recovery-result.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { trustSearch } from '../engine/result-of.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { clientsMayBeRejected, clusterCa } from '../pki/cluster-ca.ts'
import { findInFiles } from '../pki/find-in-files.ts'
import { caNeedles, keyNeedles, lostCas, lostKeyIds, namesakeNeedles, type Needle } from '../pki/lost-trust.ts'
import { tokenKeyIds } from '../pki/sa-key/token-key-ids.ts'
import { unissuedTokens } from './reissue-secret-tokens.ts'

interface Search {
  readonly needles: readonly Needle[]
  /** What cannot be recognised, and why. */
  readonly unknown: readonly { readonly where: string; readonly reason: string }[]
}

/** What is looked for; nothing where neither a CA nor the service-account key was replaced. */
async function searchFor(cluster: ClusterState, signal: AbortSignal): Promise<Search | undefined> {
  const { accepted, valid } = await tokenKeyIds(cluster, signal)
  const isReplaced = cluster.learned.created.size > 0 || (await clientsMayBeRejected(cluster))
  if (!isReplaced && valid.size === accepted.size) return undefined
  const publicText = await cluster.first.node.readFile(`${cluster.config.certificatesDir}/sa.pub`).catch(() => '')
  const cas = lostCas(cluster, await clusterCa(cluster))
  const keyIds = lostKeyIds(cluster, publicText.toString(), valid)
  // An earlier repair was killed when pods may have had new tokens already.
  const mayHaveForgotten = cluster.controlPlanes.some(({ facts }) => facts.created.includes('sa.key'))
  const forgotten = {
    where: 'tokens of the lost key',
    reason: 'no pod has one any more, so it is not known which key that was',
  }
  return {
    needles: [...cas.flatMap(caNeedles), ...(await namesakes(cluster)), ...keyIds.flatMap(keyNeedles)],
    unknown: mayHaveForgotten && keyIds.length === 0 ? [forgotten] : [],
  }
}

/** Of the CAs of etcd and of the front proxy that were created: nobody shows their predecessors, but their names are the same. */
async function namesakes({ learned, first, config }: ClusterState): Promise<Needle[]> {
  const known = [
    ['etcd/ca.crt', 'etcd-ca'],
    ['front-proxy-ca.crt', 'front-proxy-ca'],
  ] as const
  const found = known.map(async ([file, lost]) => {
    if (!learned.created.has(file)) return []
    return namesakeNeedles(lost, (await first.node.readFile(`${config.certificatesDir}/${file}`)).toString())
  })
  return (await Promise.all(found)).flat()
}

const isLost = (mark: string): mark is LostTrust => lostTrusts.some((each) => each === mark)

const linesFor = (needles: readonly Needle[]) =>
  needles.map(({ lost, text, isPresent }) => `${isPresent ? '!' : ''}${lost} ${text}`)

async function lookAtObjects(cluster: ClusterState, { emit, signal }: RecoveryContext, needles: readonly Needle[]) {
  const { found, unread } = await findInObjects(cluster, linesFor(needles), signal)
  for (const { kind, name, mark } of found)
    if (isLost(mark)) emit({ type: 'trust.left', where: `${kind} ${name}`, lost: mark })
  for (const kind of unread) emit({ type: 'trust.unseen', where: `every ${kind}`, reason: 'the API did not list them' })
}

/** The token Secrets of a lost key that nobody can give another token. */
async function nameImmutableTokens(cluster: ClusterState, { emit, signal }: RecoveryContext): Promise<void> {
  const { immutable } = await unissuedTokens(cluster, signal)
  const reason = 'its token is of the lost key, and it is immutable: delete it, make it again, and restart who uses it'
  for (const name of immutable) emit({ type: 'object.left', object: `Secret ${name}`, reason })
}

async function lookAtReleases(cluster: ClusterState, { emit, signal }: RecoveryContext, needles: readonly Needle[]) {
  const { found, unread } = await findInReleases(cluster, linesFor(needles), signal)
  for (const { kind, name, mark } of found)
    if (isLost(mark)) emit({ type: 'trust.left', where: `${kind} ${name}`, lost: mark })
  for (const name of unread)
    emit({ type: 'trust.unseen', where: `Helm release ${name}`, reason: 'it cannot be unpacked' })
}

/** In kubeconfigs, CAs and settings of administrators, of the control plane, of network plugins and of programs on the machine. */
async function lookAtFiles(
  cluster: ClusterState,
  host: NodeState,
  { emit, signal }: RecoveryContext,
  needles: readonly Needle[],
) {
  // The repair itself judges all that they signed there.
  const where = { issued: cluster.config.certificatesDir, ownOnly: ['etcd-ca', 'front-proxy-ca'] }
  for (const { path, mark } of await findInFiles(host, linesFor(needles), where, signal))
    if (isLost(mark)) emit({ type: 'trust.left', node: host.node.name, where: path, lost: mark })
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
    const unlessUnseen = (where: string, look: Promise<void>) =>
      look.catch((error: unknown) => {
        signal.throwIfAborted()
        emit({ type: 'trust.unseen', where, reason: messageOf(error) })
      })
    if (needles.length === 0) return
    await Promise.all([
      unlessUnseen('every token Secret', nameImmutableTokens(cluster, context)),
      unlessUnseen('every object of the API', lookAtObjects(cluster, context, needles)),
      unlessUnseen('every Helm release', lookAtReleases(cluster, context, needles)),
      ...cluster.machines.map((host) =>
        unlessUnseen(`the files on ${host.node.name}`, lookAtFiles(cluster, host, context, needles)),
      ),
    ])
  },
})
