import { expect, it } from 'vitest'
import { holdLeaders } from '../leader-election/leases.ts'
import { siteOf } from '../preflight/survey.ts'
import { runSteps } from '../engine/step.ts'
import { fakeContext } from '../testing/fake-node.ts'
import { lostMaster } from '../testing/fake-cluster.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { runControllerManagerBriefly } from './run-temporary-controller-manager.ts'

it('runs none where an earlier repair holds others back, which would lead with it', async () => {
  const master = lostMaster('m1', ['m1'], { 'look for a full controller manager on trial': 'none\n' })
  const context = fakeContext([master], plain)
  await holdLeaders(await siteOf(context), context.signal)
  const failed = await runSteps([runControllerManagerBriefly], context).catch((error: unknown) => error)
  expect(failed).toMatchObject({ cause: { name: 'GateError' } })
  expect(String(failed)).toContain('without --controllers paused')
  expect(master.commands.map(({ title }) => title)).not.toContain('release the leases of the leaders')
})
