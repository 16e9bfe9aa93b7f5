import { dirname } from 'node:path'
import { PreconditionError } from '../engine/errors.ts'
import type { RecoveryOptions } from '../engine/options.ts'
import type { RecoveryContext } from '../engine/step.ts'
import type { ClusterState } from '../model.ts'
import { findKeys, keysText } from '../pki/find-keys.ts'
import { replaceHint } from '../pki/replaceable-cas.ts'
import { readSharedCerts } from '../pki/shared-certs.ts'

/**
 * Rejects with PreconditionError where a new CA would be made although a control plane has the key of the one that kubelets and pods trust,
 * in a directory that was moved away or in a backup: nothing is lost then. By the operator's word it counts as lost.
 */
export async function refuseCaElsewhere(
  cluster: ClusterState,
  context: RecoveryContext,
  replace: RecoveryOptions['replace'],
): Promise<void> {
  const { machines, config, learned } = cluster
  if (replace.includes('ca') || learned.keyless?.has('ca.crt')) return
  const { wanted } = await readSharedCerts(context, cluster)
  if (wanted.has('ca.crt')) return
  const trusted = machines.flatMap(({ facts }) => [facts.kubeletCas, ...facts.podCas]).join('\n')
  const found = await findKeys(cluster, trusted, context.signal)
  const [first] = found
  if (!first) return
  throw new PreconditionError(
    `the CA of the cluster is not lost: its key is ${keysText(found)}; nothing was changed: bring it back, as with cp -a ${dirname(first.path)}/. ${config.certificatesDir}/ on ${first.node}, and start again, so that nothing has to trust another CA; where that key must not be used any more, ${replaceHint(['ca.crt'])}`,
    { reason: 'ca-elsewhere' },
  )
}
