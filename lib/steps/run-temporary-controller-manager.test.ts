import { expect, it } from 'vitest'
import { holdLeases } from '../leader-election/leases.ts'
import { runSteps } from '../engine/step.ts'
import { facts, fakeContext } from '../testing/fake-node.ts'
import { lostControlPlane } from '../testing/fake-cluster.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { makeSaKey } from '../testing/sa-keys.ts'
import { surveyed } from '../testing/surveyed.ts'
import { runTemporaryControllerManager } from './run-temporary-controller-manager.ts'

it('runs none where an earlier repair holds others back, which would lead with it', async () => {
  const controlPlane = lostControlPlane('m1', ['m1'], {
    'check for a temporary controller manager': facts({ state: 'temporary' }),
    'read the service-account keys': facts({ there: 'yes', public: makeSaKey().pem }),
  })
  const context = fakeContext([controlPlane], plain)
  await holdLeases(await surveyed(context), context.signal)
  const failed = await runSteps([runTemporaryControllerManager], await surveyed(context), context).catch(
    (error: unknown) => error,
  )
  expect(failed).toMatchObject({ cause: { name: 'PreconditionError' } })
  expect(String(failed)).toContain('without --controllers paused')
  expect(controlPlane.commands.map(({ title }) => title)).not.toContain('release the leader-election leases')
})

it('waits for no token Secret that the API does not let be emptied, and says why', async () => {
  const lost = Buffer.from('{"kid":"lost"}').toString('base64url')
  const controlPlane = lostControlPlane('m1', ['m1'], {
    'check for a temporary controller manager': facts({ state: 'installed' }),
    'read the service-account keys': facts({ there: 'yes', public: makeSaKey().pem }),
    'read the signing keys of tokens in Secrets': facts({ tokens: `${lost} false shop/frozen\n` }),
    'empty the tokens in Secrets': facts({ left: 'shop/frozen something is in the way\n' }),
  })
  const context = fakeContext([controlPlane], plain)
  const cluster = await surveyed(context)
  await runSteps([runTemporaryControllerManager], cluster, context)
  expect(context.events).toContainEqual({
    ...{ type: 'write.refused', what: 'a new token in shop/frozen', reason: 'something is in the way' },
  })
  expect([...cluster.learned.refusedTokens]).toEqual(['shop/frozen'])
})
