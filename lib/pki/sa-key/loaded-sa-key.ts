import type { SaKeyFacts } from './sa-key-facts.ts'
import { droppedIn, tokenKeysIn } from '../token-keys.ts'

/**
 * What an API server must be restarted for; undefined where it has loaded what it should. It reads its keys at its start
 * only, and its JWKS shows which (pkg/serviceaccount, StaticPublicKeysGetter). One that does not answer is judged by its
 * start against the time of sa.key; one that does not run will read the files when it starts. Keys that an operator added
 * to sa.pub are the operator's to load, and so is all that signs with another file.
 */
export function staleApiServer(facts: SaKeyFacts): string | undefined {
  const { signing, publicText, loaded, apiServer, writtenAt, publishedAt } = facts
  if (!signing || publicText === undefined || facts.signsElsewhere || apiServer.state === 'absent') return undefined
  if (apiServer.state === 'waiting') return endedBefore(apiServer.startedAt, Math.max(writtenAt, publishedAt))
  if (!loaded) return apiServer.startedAt < writtenAt ? 'it started before sa.key was written' : undefined
  const has = new Set(loaded.map(({ keyId }) => keyId))
  const retired = tokenKeysIn(publicText).filter((key) => key.retired)
  const missing = [signing, ...retired].find(({ keyId }) => !has.has(keyId))
  if (missing) return `it has not loaded the key ${missing.keyId.slice(0, 8)}`
  const dropped = droppedIn(publicText).find((keyId) => has.has(keyId))
  return dropped === undefined ? undefined : `it still accepts tokens of the key ${dropped.slice(0, 8)}`
}

/**
 * The same of a controller manager, which reads sa.key at its start only (cmd/kube-controller-manager, app,
 * newServiceAccountTokenControllerDescriptor) and shows it to nobody. It has loaded the key if it started after sa.key was
 * written, or after an API server of the same machine that has: an operator may have copied or touched the file since.
 */
export function staleControllerManager(facts: SaKeyFacts): string | undefined {
  const { signing, loaded = [], apiServer, controllerManager, writtenAt } = facts
  if (!signing || facts.signsElsewhere || controllerManager.state === 'absent') return undefined
  if (controllerManager.state === 'waiting') return endedBefore(controllerManager.startedAt, writtenAt)
  if (controllerManager.startedAt >= writtenAt) return undefined
  const apiServerHas = apiServer.state === 'running' && loaded.some(({ keyId }) => keyId === signing.keyId)
  if (apiServerHas && controllerManager.startedAt >= apiServer.startedAt) return undefined
  return 'it started before sa.key was written'
}

/** A repair that was killed has ended it. One that has started since, and ended by itself, has reasons of its own. */
function endedBefore(startedAt: number, writtenAt: number): string | undefined {
  return startedAt < writtenAt ? 'it has ended, and kubelet may wait for minutes before it starts it again' : undefined
}
