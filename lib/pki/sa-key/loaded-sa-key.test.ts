import { describe, expect, it } from 'vitest'
import { makeSaKey, saKeyFacts, without } from '../../testing/sa-keys.ts'
import { staleApiServer, staleControllerManager } from './loaded-sa-key.ts'
import type { SaKeyFacts } from './sa-key-facts.ts'
import { withDropped, withRetired } from '../token-keys.ts'

const [current, old] = [makeSaKey(), makeSaKey()]
const facts = (changes: Partial<SaKeyFacts> = {}) => saKeyFacts('m1', current, changes)
const running = (startedAt: number) => ({ state: 'running', container: 'x', startedAt }) as const

describe('an API server', () => {
  it.each<[string, SaKeyFacts]>([
    ['has loaded the key', facts()],
    ['has loaded it, and sa.key was touched since', facts({ writtenAt: 5000 })],
    ['has loaded an operator’s second key', facts({ loaded: [old, current] })],
    ['need not load a second key that an operator added to sa.pub', facts({ publicText: current.pem + old.pem })],
    ['does not answer, and started after sa.key was written', without(facts(), 'loaded')],
    ['does not run', facts({ apiServer: { state: 'absent' }, loaded: [] })],
    ['runs where sa.key is lost', without(facts(), 'signing')],
    ['fails by itself', facts({ apiServer: { state: 'waiting', startedAt: 1010 }, loaded: [] })],
    ['signs with another file', facts({ signsElsewhere: true, loaded: [old] })],
  ])('stays as it is: it %s', (_, each) => expect(staleApiServer(each)).toBeUndefined())

  it.each<[string, SaKeyFacts, string]>([
    ['has not loaded the key', facts({ loaded: [old] }), 'has not loaded the key'],
    ['has not loaded the old key', facts({ publicText: withRetired(current.pem, [old]) }), old.keyId.slice(0, 8)],
    [
      'still accepts a dropped key',
      facts({ publicText: withDropped(current.pem, [old.keyId], 'finished'), loaded: [current, old] }),
      'still accepts',
    ],
    [
      'does not answer, and is older than sa.key',
      without(facts({ writtenAt: 1011 }), 'loaded'),
      'before sa.key was written',
    ],
    ['was ended by a repair that was killed', facts({ apiServer: { state: 'waiting', startedAt: 999 } }), 'has ended'],
  ])('is restarted: it %s', (_, each, words) => expect(staleApiServer(each)).toContain(words))
})

describe('a controller manager', () => {
  it.each<[string, SaKeyFacts]>([
    ['started after sa.key was written', facts()],
    [
      'started after an API server that has loaded the key',
      facts({ writtenAt: 5000, controllerManager: running(1011) }),
    ],
    ['does not run', facts({ controllerManager: { state: 'absent' } })],
    ['fails by itself', facts({ controllerManager: { state: 'waiting', startedAt: 1009 } })],
    ['signs with another file', facts({ signsElsewhere: true, writtenAt: 5000, loaded: [old] })],
  ])('stays as it is: it %s', (_, each) => expect(staleControllerManager(each)).toBeUndefined())

  it.each<[string, SaKeyFacts]>([
    ['is older than sa.key and than the API server', facts({ writtenAt: 5000, apiServer: running(5010) })],
    [
      'is older than sa.key, and the API server has another key',
      facts({ writtenAt: 5000, loaded: [old], controllerManager: running(4000) }),
    ],
    ['was ended by a repair that was killed', facts({ controllerManager: { state: 'waiting', startedAt: 999 } })],
  ])('is restarted: it %s', (_, each) => expect(staleControllerManager(each)).toEqual(expect.any(String)))
})
