import { generateKeyPairSync } from 'node:crypto'
import type { SaKeyFacts } from '../pki/sa-key/sa-key-facts.ts'
import { tokenKeyOf, type TokenKey } from '../pki/token-keys.ts'

/** A service-account key for tests, by what machines show of it. */
export type TestSaKey = TokenKey

/** Makes a key pair as kubeadm does, but small. */
export function makeSaKey(): TestSaKey {
  const { publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 1024,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  })
  const found = tokenKeyOf(publicKey)
  if (!found) throw new Error('no key was made')
  return found
}

/** A control plane that has this key, and whose processes have loaded it; `changes` is what differs. */
export function saKeyFacts(name: string, key: TokenKey, changes: Partial<SaKeyFacts> = {}): SaKeyFacts {
  return {
    name,
    signing: key,
    writtenAt: 1000,
    publicText: key.pem,
    loaded: [key],
    apiServer: { state: 'running', container: 'a', startedAt: 1010 },
    controllerManager: { state: 'running', container: 'c', startedAt: 1009 },
    publishedAt: 1000,
    verifiesByOtherFiles: false,
    otherKeys: [],
    signsElsewhere: false,
    ...changes,
  }
}

/** The same without what the changes name. */
export function without(facts: SaKeyFacts, ...keys: readonly (keyof SaKeyFacts)[]): SaKeyFacts {
  return Object.fromEntries(
    Object.entries(facts).filter(([key]) => !keys.some((gone) => gone === key)),
  ) as unknown as SaKeyFacts
}
