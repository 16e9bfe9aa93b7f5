import { expect, it } from 'vitest'
import type { ClusterState } from '../../model.ts'
import { liveCluster } from '../../testing/live-cluster.ts'
import { makeSaKey, type TestSaKey } from '../../testing/sa-keys.ts'
import { withDropped, withRetired } from '../token-keys.ts'
import { tokenKeyIds } from './token-key-ids.ts'

const [current, old, other] = [makeSaKey(), makeSaKey(), makeSaKey()]
const signal = new AbortController().signal
const idsOf = (...keys: TestSaKey[]) => new Set(keys.map(({ keyId }) => keyId))

async function asked(publicText: string | undefined, loaded: readonly TestSaKey[]): Promise<ClusterState> {
  const { planes, cluster } = await liveCluster(['m1'], [current, old, other])
  Object.assign(planes[0] ?? {}, { publicText, loaded })
  return cluster
}

it('takes tokens of a key that the API server has from elsewhere for valid', async () => {
  const both = idsOf(current, other)
  expect(await tokenKeyIds(await asked(current.pem, [current, other]), signal)).toEqual({ accepted: both, valid: both })
})

it('accepts tokens of a retired key, and has them reissued', async () => {
  const cluster = await asked(withRetired(current.pem, [old]), [current, old])
  expect(await tokenKeyIds(cluster, signal)).toEqual({ accepted: idsOf(current, old), valid: idsOf(current) })
})

it('accepts none of a dropped key, whatever an API server still has loaded', async () => {
  const cluster = await asked(withDropped(current.pem, [old.keyId], 'compromised'), [old])
  expect(await tokenKeyIds(cluster, signal)).toEqual({ accepted: idsOf(current), valid: idsOf(current) })
})

it('knows the key where sa.pub is lost', async () => {
  expect(await tokenKeyIds(await asked(undefined, []), signal)).toMatchObject({ valid: idsOf(current) })
})
