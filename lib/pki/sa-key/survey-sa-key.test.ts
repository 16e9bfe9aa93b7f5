import { expect, it } from 'vitest'
import { liveCluster, type LiveControlPlane } from '../../testing/live-cluster.ts'
import { facts } from '../../testing/fake-node.ts'
import { makeSaKey } from '../../testing/sa-keys.ts'
import { surveySaKey, unsettledSaKeys } from './survey-sa-key.ts'

const [current, old] = [makeSaKey(), makeSaKey()]
const signal = new AbortController().signal
const lost = { signing: undefined, publicText: undefined }

async function settled(change: Partial<LiveControlPlane>, compromised = false, answers = {}) {
  const { planes, nodes, cluster } = await liveCluster(['m1', 'm2'], [current, old], [], answers)
  for (const plane of planes) Object.assign(plane, change)
  await surveySaKey(cluster, compromised, signal)
  const before = nodes[0]?.commands.length
  const found = await unsettledSaKeys(cluster, signal)
  return { found: found.length, asked: nodes[0]?.commands.length !== before }
}

it('is asked once where the key is whole and loaded', async () => {
  expect(await settled({})).toEqual({ found: 0, asked: false })
})

it('is asked once where nobody knows the key and nothing runs, as after the loss of everything', async () => {
  const silent = { 'read the service-account keys': facts({ containers: '{"containers":[]}' }) }
  expect(await settled({}, false, silent)).toEqual({ found: 0, asked: false })
})

it.each<[string, Partial<LiveControlPlane>, boolean]>([
  ['the key is lost', lost, false],
  ['an API server has not loaded it', { loaded: [old] }, false],
  ['a controller manager is older', { writtenAt: 5000, controllerManagerStartedAt: 1005 }, false],
  ['it is compromised', {}, true],
])('is asked again by each step where %s', async (_, change, compromised) => {
  expect(await settled(change, compromised)).toEqual({ found: 2, asked: true })
})
