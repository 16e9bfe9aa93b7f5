import { expect, it, vi } from 'vitest'
import { libraryRecovery, runRecovery } from './recovery.ts'
import { lostControlPlane, lostWorker } from './testing/fake-cluster.ts'
import { fakeContext } from './testing/fake-node.ts'
import { plain } from './testing/kubeadm-config.ts'

// These clusters need no time to be heard.
vi.mock('./api-clients/watch-start.ts', () => ({ markWatchStart: () => undefined, watchStartedAtMs: () => 0 }))

it('a recovery gives what it came to, and says the same at its end', async () => {
  const nodes = [lostControlPlane('m1', ['m1', 'w1']), lostWorker('w1')]
  const context = fakeContext(nodes, plain)
  const result = await runRecovery(libraryRecovery(), context)
  expect(context.events.at(-1)).toEqual({ type: 'recovery.ended', result })
  expect(result).toMatchObject({ outcome: 'recovered', left: [], rejectedClients: { state: 'none' }, held: [] })
  expect(result.backups.map(({ node }) => node)).toEqual(['m1', 'w1'])
})

it('one that fails gives back what it held, and says so and how to go on', async () => {
  const unsettled = { 'install the manifest of kube-scheduler': new Error('no space') }
  const nodes = [lostControlPlane('m1', ['m1', 'w1'], unsettled), lostWorker('w1')]
  const context = fakeContext(nodes, plain)
  await expect(runRecovery(libraryRecovery(), context)).rejects.toThrow('no space')
  const { events } = context
  expect(events.at(-1)).toMatchObject({
    type: 'recovery.ended',
    result: {
      outcome: 'failed',
      failure: { message: expect.stringContaining('no space') as string },
      held: [],
      rejectedClients: { state: 'unknown' },
      next: [expect.stringContaining('Run the repair again')],
    },
  })
  expect(events.some(({ type }) => type === 'hold.given-back')).toBe(true)
})
