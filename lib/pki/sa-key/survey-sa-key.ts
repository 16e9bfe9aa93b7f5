import type { ClusterState } from '../../model.ts'
import { assessSaKey } from './assess-sa-key.ts'
import { staleApiServer, staleControllerManager } from './loaded-sa-key.ts'
import { isForgotten, readSaKeys, type SaKeyFacts } from './sa-key-facts.ts'

/** Finds out whether anything is to be done about the service-account key. Rejects as assessSaKey throws. */
export async function surveySaKey(cluster: ClusterState, compromised: boolean, signal: AbortSignal): Promise<void> {
  const facts = await readSaKeys(cluster, signal)
  const { kind } = assessSaKey(facts, compromised)
  const isLoaded = facts.every((each) => (staleApiServer(each) ?? staleControllerManager(each)) === undefined)
  cluster.learned.restartsControllerManagers =
    kind === 'replace' || facts.some((each) => staleControllerManager(each) !== undefined)
  cluster.learned.saKeySettled = (kind === 'whole' && isLoaded) || (!compromised && isForgotten(facts))
}

/** The facts for the steps of a repair; none where the survey found nothing to do, so that they need not ask again. */
export async function unsettledSaKeys(cluster: ClusterState, signal: AbortSignal): Promise<readonly SaKeyFacts[]> {
  return cluster.learned.saKeySettled ? [] : readSaKeys(cluster, signal)
}
