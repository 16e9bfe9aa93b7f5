import { describeRefusal, refusalOf } from '../api/admission.ts'
import { PreconditionError } from '../engine/errors.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { waitFor } from '../engine/wait.ts'
import { giveNewCa } from '../kubelet/resync-volumes.ts'
import type { ClusterState } from '../model.ts'
import { clusterCa, namespacesWithoutCa } from '../pki/cluster-ca.ts'
import { publishRootCaIn } from '../pki/root-ca.ts'
import { reissueTokens } from './reissue-secret-tokens.ts'

/** For a webhook whose pods have just been restarted, in milliseconds. */
const patienceMs = 30_000

/** Does a write until it is admitted. Rejects with PreconditionError that names what still refuses it. */
async function untilAdmitted(
  cluster: ClusterState,
  { signal }: RecoveryContext,
  what: string,
  write: () => Promise<void>,
): Promise<void> {
  const isWritten = async () => {
    await write()
    return true
  }
  try {
    await waitFor(`${what} is admitted`, isWritten, { timeoutMs: patienceMs, intervalMs: 500, signal })
  } catch (error) {
    signal.throwIfAborted()
    const refusal = refusalOf(error)
    if (!refusal) throw error
    const who = await describeRefusal(cluster, refusal, signal)
    throw new PreconditionError(
      `${what} is not admitted: ${who}; set the failurePolicy of that webhook to Ignore, or exempt this write from it, until the repair is done, and start again`,
      { reason: 'write-refused' },
    )
  }
}

/**
 * What admission refused to an earlier step, such as a webhook that cannot answer before its own pods accept the new CA. They
 * were restarted by now; the controller manager itself would try again only minutes later.
 */
export const finishRefusedWrites = stepFromFindings<string>({
  id: 'finish-refused-writes',
  title: 'Publish the CA and reissue the tokens that a webhook refused before',
  followUp: true,
  previewWithout: async () => [],
  async find({ learned: { withoutCa, refusedTokens } }) {
    return [...[...withoutCa].map((name) => `the new CA in ${name}`), ...refusedTokens]
  },
  async work(cluster, context) {
    const { learned } = cluster
    const { signal } = context
    const ca = await clusterCa(cluster)
    for (const namespace of await namespacesWithoutCa(cluster, ca, signal)) {
      const publish = () => publishRootCaIn(cluster, namespace, ca, signal)
      await untilAdmitted(cluster, context, `the new CA in ${namespace}`, publish)
    }
    learned.withoutCa.clear()
    await giveNewCa(cluster, ca, context)
    if (learned.refusedTokens.size === 0) return
    const reissue = () => reissueTokens(cluster, [...learned.refusedTokens], signal)
    await untilAdmitted(cluster, context, 'the tokens in Secrets', reissue)
    learned.refusedTokens.clear()
  },
})
