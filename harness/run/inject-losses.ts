import { hideKindConfiguration } from '../faults/hide-kind-configuration.ts'
import { combineProofs } from '../faults/prove.ts'
import type { DrillContext } from '../model/context.ts'
import type { Proof } from '../model/proof.ts'
import type { Scenario } from '../model/scenario.ts'

/**
 * Injects all losses of a scenario, then proves them: everything is lost before anything is proved, as in a real disaster. What only a
 * cluster of kind's making has is hidden first. Rejects with CommandError when a machine refuses; a loss that is not seen is the proof's
 * result.
 */
export async function injectLosses({ losses }: Pick<Scenario, 'losses'>, context: DrillContext): Promise<Proof> {
  const { journal } = context
  const ids = losses.map(({ id }) => id)
  journal.append({ type: 'fault.injected', losses: ids, title: losses.map(({ title }) => title).join('; ') })
  await hideKindConfiguration(context)
  for (const loss of losses) await loss.inject(context)
  const proof = combineProofs(await Promise.all(losses.map((loss) => loss.prove(context))))
  journal.append({ type: 'fault.proved', losses: ids, ...proof })
  return proof
}
