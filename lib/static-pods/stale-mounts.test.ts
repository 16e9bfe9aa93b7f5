import { expect, it } from 'vitest'
import { runSteps } from '../engine/step.ts'
import { restartApiServers } from '../steps/restart-api-servers.ts'
import { restartDisconnectedApiServers } from '../steps/restart-disconnected-api-servers.ts'
import { restartControllerManagers } from '../steps/restart-controller-managers.ts'
import { restartOutdatedEtcd } from '../steps/restart-outdated-etcd.ts'
import { liveCluster } from '../testing/live-cluster.ts'
import { makeSaKey } from '../testing/sa-keys.ts'
import { type OutdatedStaticPod } from './stale-mounts.ts'

const key = makeSaKey()
const nothing = { compromised: 'nothing' } as const
const steps = [
  restartOutdatedEtcd,
  restartDisconnectedApiServers,
  restartApiServers(nothing),
  restartControllerManagers(nothing),
]
const mounting = ['etcd', 'kube-apiserver', 'kube-controller-manager']

/** Three control planes, some of whose directories of certificates were deleted; nothing else is wrong. */
async function repaired(...deletedOn: string[]) {
  const live = await liveCluster(['m1', 'm2', 'm3'], [key], [], { 'check that etcd has its data': presentAnswer })
  for (const { node, stale } of live.planes)
    if (deletedOn.includes(node.name)) for (const component of mounting) stale.add(component)
  const found = await Promise.all(steps.map(async (step) => step.needed?.(live.cluster, live.context)))
  await runSteps(steps, live.cluster, live.context)
  const planned = (found.flat() as unknown as readonly OutdatedStaticPod[]).map(
    ({ host, component }) => `${host.node.name}: restart ${component}`,
  )
  return { live, planned }
}
const presentAnswer = `present ${Buffer.from('yes').toString('base64')}\n`

it('on one control plane has its static pods restarted, and no other', async () => {
  const { live, planned } = await repaired('m2')
  expect(planned).toEqual(['m2: restart etcd', 'm2: restart kube-apiserver', 'm2: restart kube-controller-manager'])
  expect(live.done.filter((line) => line.includes('restart'))).toEqual(planned)
})

it('on all of them has members of etcd restarted one by one, and API servers that are not ready together', async () => {
  const { live } = await repaired('m1', 'm2', 'm3')
  const restarts = live.done.filter((line) => line.includes('restart'))
  expect(restarts.slice(0, 6)).toEqual([
    ...['m1', 'm2', 'm3'].map((name) => `${name}: restart etcd`),
    ...['m1', 'm2', 'm3'].map((name) => `${name}: restart kube-apiserver`),
  ])
  // Nobody is there to hand the API over to.
  expect(live.done.filter((line) => line.includes('hand over'))).toEqual([])
})

it('is nothing to do when the repair is run again', async () => {
  const { live } = await repaired('m1')
  const before = live.done.length
  await runSteps(steps, live.cluster, live.context)
  expect(live.done.slice(before)).toEqual([])
})
