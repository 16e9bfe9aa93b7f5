import type { RecoveryOptions } from '../engine/options.ts'
import type { PlannedAction, RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { ClusterState } from '../model.ts'
import { assessSaKey, type SaKeyAssessment } from '../pki/sa-key/assess-sa-key.ts'
import { createSaKey, distributeSaKey } from '../pki/sa-key/install-sa-key.ts'
import { unsettledSaKeys } from '../pki/sa-key/survey-sa-key.ts'

type Found = Extract<SaKeyAssessment, { kind: 'distribute' | 'replace' }>

async function assess(cluster: ClusterState, { signal }: RecoveryContext, compromised: boolean): Promise<Found[]> {
  const assessment = assessSaKey(await unsettledSaKeys(cluster, signal), compromised)
  return assessment.kind === 'distribute' || assessment.kind === 'replace' ? [assessment] : []
}

function describe(cluster: ClusterState, found: Found): PlannedAction[] {
  if (found.kind === 'distribute') {
    return found.installs.map(({ name, key, publicText, reason }) => {
      const files = [...(key ? ['sa.key'] : []), ...(publicText === undefined ? [] : ['sa.pub'])].join(' and ')
      return { node: name, action: key ? `copy ${files} from ${found.from}` : `write ${files}`, reason }
    })
  }
  const kept = found.kept.map(({ keyId }) => keyId.slice(0, 8)).join(', ')
  const reason = kept === '' ? 'the key is compromised' : 'no control plane has sa.key'
  const then = kept === '' ? '' : `, and go on to accept tokens of the lost key ${kept} until --finish`
  const { name } = cluster.first.node
  return [
    { node: name, action: `make a new service-account key${then}`, reason },
    ...cluster.controlPlanes
      .filter((host) => host !== cluster.first)
      .map(({ node }) => ({ node: node.name, action: `copy sa.key and sa.pub from ${name}`, reason })),
  ]
}

/**
 * Ahead of the other shared certificates, because it may be lost where they are whole, in a cluster that lives. Where
 * nothing at all is known of the key, as after the loss of everything, it is created with them.
 */
export function restoreSaKey({ compromised }: Pick<RecoveryOptions, 'compromised'>) {
  const isCompromised = compromised === 'sa-key'
  const step = stepFromFindings<Found>({
    id: 'restore-sa-key',
    title: isCompromised
      ? 'Replace the compromised service-account key, whose tokens are rejected from now on'
      : 'Restore the service-account key; a lost one is replaced, and its tokens are still accepted',
    find(cluster, context) {
      // Also where a repair that was killed has replaced it: clients with old tokens are rejected either way.
      if (isCompromised) cluster.learned.created.add('sa.key')
      return assess(cluster, context, isCompromised)
    },
    async work(cluster, context, [found]) {
      if (!found) return
      delete cluster.learned.tokenKeys
      if (found.kind === 'replace') {
        await createSaKey(context, cluster, { behind: found.behind, revokes: isCompromised })
        for (const { keyId } of found.kept) context.emit({ type: 'sa-key.retired', keyId })
      }
      const rest = found.kind === 'distribute' ? [found] : await assess(cluster, context, false)
      for (const each of rest) if (each.kind === 'distribute') await distributeSaKey(context, cluster, each)
    },
    async verify(cluster, context) {
      const [left] = await assess(cluster, context, false)
      if (left)
        throw new Error(
          describe(cluster, left)
            .map(({ node, reason }) => `${node}: ${reason}`)
            .join('; '),
        )
    },
  })
  return {
    ...step,
    async preview(cluster: ClusterState, context: RecoveryContext) {
      return (await assess(cluster, context, isCompromised)).flatMap((found) => describe(cluster, found))
    },
  }
}
