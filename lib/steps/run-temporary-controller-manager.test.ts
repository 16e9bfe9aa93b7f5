import { expect, it } from 'vitest'
import { holdLeases } from '../leader-election/leases.ts'
import { runSteps } from '../engine/step.ts'
import { apiAnswer, facts, fakeContext } from '../testing/fake-node.ts'
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

// 48 of 8978 lookups failed: its lease outlived it by 15 s, in which nobody wrote the endpoints of DNS.
it.each([
  ['m1_4f2a', true],
  ['other_4f2a', false],
])('gives back the lease of %s when it has ended the one on m1: %s', async (holderIdentity, isReleased) => {
  const lost = facts({ tokens: `${Buffer.from('{"kid":"lost"}').toString('base64url')} false shop/frozen\n` })
  let isStarted = false
  const start = () => {
    isStarted = true
    return ''
  }
  const lease = { metadata: { name: 'kube-controller-manager' }, spec: { holderIdentity } }
  const controlPlane = lostControlPlane('m1', ['m1'], {
    'check for a temporary controller manager': facts({ state: 'none' }),
    'read the service-account keys': facts({ there: 'yes', public: makeSaKey().pem }),
    'read the signing keys of tokens in Secrets': () => (isStarted ? facts({ tokens: '' }) : lost),
    'empty the tokens in Secrets': facts({ left: '' }),
    'start a temporary controller manager': start,
    'stop the temporary controller manager': '',
    'read the leader-election leases': () => `${facts({ now: '0' })}${apiAnswer({ items: isStarted ? [lease] : [] })}`,
    'release the lease of kube-controller-manager': '',
  })
  const context = fakeContext([controlPlane], plain)
  const cluster = await surveyed(context)
  await runSteps([runTemporaryControllerManager], cluster, context)
  const titles = controlPlane.commands.map(({ title }) => title)
  expect(titles.includes('release the lease of kube-controller-manager')).toBe(isReleased)
  expect(titles.indexOf('stop the temporary controller manager')).toBeGreaterThan(
    titles.indexOf('start a temporary controller manager'),
  )
})
