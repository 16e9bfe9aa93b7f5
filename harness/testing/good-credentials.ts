import type { CredentialReplay } from '../checks/old-credentials-rejected/collect.ts'
import { oldCredentials } from '../checks/old-credentials-rejected/credentials.ts'
import type { SaKeys } from '../checks/sa-keys-loaded/collect.ts'
import { moment, type When } from './good-moments.ts'

export function saKeys(when: When, kid: string): SaKeys {
  return { ...moment(when), planes: [{ node: 'control-plane', signing: kid, published: [kid], loaded: [kid] }] }
}

export function credentials(when: When, caSha256: string, status: number): CredentialReplay {
  const trial = (credential: string, answer: number) => ({
    credential,
    node: 'control-plane',
    verified: true,
    status: answer,
    error: null,
  })
  return {
    ...moment(when),
    caSha256,
    trials: [...oldCredentials.map(({ name }) => trial(name, status)), trial('current admin.conf', 200)],
  }
}
