import { PreconditionError } from '../engine/errors.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { CaFile, ClusterState } from '../model.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { caFiles, type Holder, type Knows, type SharedFile } from '../pki/assess-shared-certs.ts'
import { replaceableFiles } from '../pki/replaceable-cas.ts'
import { readSharedCerts, sharedCertsSeen } from '../pki/shared-certs.ts'
import { wholeBy } from '../pki/whole-by.ts'
import { withoutManifest } from '../static-pods/manifests.ts'

/** Finds out which CAs the repair replaces by the operator's word, as `learned.replaced`. Rejects as replacedCas throws. */
export async function surveyReplacedCas(
  cluster: ClusterState,
  replace: RecoveryOptions['replace'],
  signal: AbortSignal,
): Promise<void> {
  if (replace.length === 0) return
  const { holders, machines } = await sharedCertsSeen(cluster, signal)
  const isUnfinished = cluster.controlPlanes.some(({ facts }) => facts.created.length > 0)
  const replaced = replacedCas(replace, { holders, machines, isUnfinished }, new Date())
  if (replaced.size > 0) cluster.learned.replaced = replaced
}

/**
 * Finds out whether the cluster's CA is lost, certificate and key, under a control plane that still runs: what the repair replaces then,
 * as `learned.replaced`. An API server would take the new CA at once and reject every kubelet and controller, and controllers that
 * come back first would evict pods; so all of it is stopped before. Asked after surveyKeylessCas, which keeps a CA that is in use.
 */
export async function surveyLostCas(cluster: ClusterState, context: RecoveryContext): Promise<void> {
  const { wanted } = await readSharedCerts(context, cluster)
  const { keyless, replaced } = cluster.learned
  const lost = caFiles.filter((file) => !wanted.has(file) && !keyless?.has(file))
  if (!lost.includes('ca.crt') || replaced?.has('ca.crt')) return
  const without = await withoutManifest(cluster, context, 'kube-apiserver')
  if (without.length === cluster.controlPlanes.length) return
  cluster.learned.replaced = new Set([...(replaced ?? []), ...lost])
}

interface Seen {
  readonly holders: readonly Holder[]
  readonly machines: readonly Knows[]
  /** An earlier repair has created CAs and has not come to its end: one that is whole now may be its own. */
  readonly isUnfinished: boolean
}

/**
 * Pure: which of the CAs that an operator names are replaced: those whose key is on no control plane, that have expired, or that differ
 * between control planes. Throws PreconditionError for one that is whole, because no repair replaces what is valid.
 */
export function replacedCas(replace: RecoveryOptions['replace'], seen: Seen, now: Date): ReadonlySet<CaFile> {
  const found = replace.flatMap((name) => {
    const file = replaceableFiles[name]
    const [whole, ...others] = wholeCas(seen, file, now)
    if (!whole || others.length > 0) return [file]
    if (seen.isUnfinished) return []
    const [print, names] = whole
    throw new PreconditionError(
      `there is nothing to replace: ${file} (SHA-256 ${print}) is valid, and its key is on ${names.join(', ')}; nothing was changed: start again without --replace ${name}`,
      { reason: 'nothing-to-replace' },
    )
  })
  return new Set(found)
}

/**
 * The whole CAs of a file, by their fingerprints, each with the control planes that have its key. More than one where control planes
 * differ; none where the key is on none of them, or every certificate for it has expired.
 */
function wholeCas(
  { holders, machines }: Pick<Seen, 'holders' | 'machines'>,
  file: CaFile,
  now: Date,
): ReadonlyMap<string, readonly string[]> {
  const keyFile = file.replace(/crt$/, 'key') as SharedFile
  const known = file === 'ca.crt' ? machines.flatMap((machine) => machine.known) : []
  const certificates = holders.flatMap(({ files }) => files.get(file) ?? [])
  const held = holders.flatMap(({ name, files }) =>
    [...certificates, ...known].flatMap(wholeBy([files.get(keyFile) ?? ''], now)).map(({ print }) => ({ name, print })),
  )
  const byPrint = Map.groupBy(held, ({ print }) => print)
  return new Map([...byPrint].map(([print, each]) => [print, [...new Set(each.map(({ name }) => name))]]))
}
