import { expect, test } from 'vitest'
import { expectedOf } from '../model/scenario.ts'
import { recordingCluster } from '../testing/recording-cluster.ts'
import { filesGone } from './proof-parts.ts'
import { saKey } from './sa-key.ts'

/** Three control planes; `left` is what still stands on each. */
const drill = (left = '') => recordingCluster(['m1', 'm2', 'm3'], left)

const everywhere = saKey({ on: 'control-planes', files: ['sa.key', 'sa.pub'] })
const onOne = saKey({ on: 'last-control-plane', files: ['sa.key'] })
const publicHalf = saKey({ on: 'control-planes', files: ['sa.pub'] })

test('only the named files are lost, on the named machines', async () => {
  const [all, one] = [drill(), drill()]
  await everywhere.inject(all.context)
  await onOne.inject(one.context)
  expect(all.ran).toEqual(
    ['m1', 'm2', 'm3'].map((name) => `${name}: rm -f /etc/kubernetes/pki/sa.key /etc/kubernetes/pki/sa.pub`),
  )
  expect(one.ran).toEqual(['m3: rm -f /etc/kubernetes/pki/sa.key'])
})

test('a file that is still there contradicts the loss', async () => {
  const { context } = drill('/etc/kubernetes/pki/sa.key\n')
  const part = filesGone('/etc/kubernetes/pki/sa.key', 'last-control-plane', { timeoutMs: 50, intervalMs: 5 })
  expect((await part.observe(context)).contradictions).toEqual(['m3: /etc/kubernetes/pki/sa.key still there'])
})

test('one control plane has no other to copy from', () => {
  expect(onOne.supports({ controlPlanes: 1, workers: 1 })).toMatchObject({ ok: false })
  expect(onOne.supports({ controlPlanes: 2, workers: 1 })).toEqual({ ok: true })
  expect(everywhere.supports({ controlPlanes: 1, workers: 1 })).toEqual({ ok: true })
})

test('what a right repair does depends on the loss, and on what the operator says', () => {
  const processes = ['api-server-processes', 'controller-manager-processes', 'kubelet-processes']
  const scenario = { losses: [everywhere] }
  expect(expectedOf(scenario)).toEqual({
    replaces: ['sa-key', ...processes],
    stillAccepted: ['sa-key'],
    // A scheduler whose API server is away for 10 s cannot renew its lease.
    mayRestart: ['scheduler-processes'],
  })
  expect(expectedOf(scenario, { tokens: 'lazy' })).toEqual({
    replaces: ['sa-key', ...processes.slice(0, 2)],
    stillAccepted: ['sa-key'],
    mayRestart: ['scheduler-processes'],
  })
  expect(expectedOf(scenario, { compromised: 'sa-key' })).toEqual({
    replaces: ['sa-key', ...processes],
    stillAccepted: [],
    mayRestart: ['scheduler-processes'],
  })
  for (const loss of [onOne, publicHalf]) {
    expect(expectedOf({ losses: [loss] })).toEqual({
      replaces: ['copied-files'],
      stillAccepted: [],
      mayRestart: [],
    })
  }
})
