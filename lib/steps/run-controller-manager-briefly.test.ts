import { expect, it } from 'vitest'
import { holdLeaders } from '../controllers.ts'
import { siteOf } from '../site.ts'
import { runSteps } from '../step.ts'
import { fakeContext } from '../testing/fake-node.ts'
import { lostMaster } from '../testing/fake-cluster.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { runControllerManagerBriefly } from './run-controller-manager-briefly.ts'

it('runs none where an earlier repair holds others back, which would lead with it', async () => {
  const master = lostMaster('m1', ['m1'], { 'look for a full controller manager on trial': 'none\n' })
  const context = fakeContext([master], plain)
  await holdLeaders(await siteOf(context), context.signal)
  const failed = await runSteps([runControllerManagerBriefly], context).catch((error: unknown) => error)
  expect(failed).toMatchObject({ cause: { name: 'GateError' } })
  expect(String(failed)).toContain('without --controllers paused')
  expect(master.commands.map(({ title }) => title)).not.toContain('release the leases of the leaders')
})
