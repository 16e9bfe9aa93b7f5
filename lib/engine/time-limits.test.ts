import { expect, it } from 'vitest'
import { defaultOptions } from './options.ts'
import { limitMs, limitS, patientNode, timeoutFactorOf } from './time-limits.ts'
import { libraryRecovery, previewRecovery } from '../recovery.ts'
import { lostControlPlane } from '../testing/fake-cluster.ts'
import { facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { surveyed } from '../testing/surveyed.ts'

it.each([
  ['as ever on few machines', 5, undefined, 1],
  ['longer by the operator’s word', 5, 2.5, 2.5],
  ['longer with many machines', 300, undefined, 3],
  ['by both', 300, 2, 6],
  ['shorter too', 5, 0.5, 0.5],
])('waits %s', (_, machines, timeoutFactor, factor) => {
  expect(timeoutFactorOf(machines, { timeoutFactor })).toBe(factor)
})

it('a limit is that of the machine, in ms or for scripts in seconds', () => {
  expect([limitMs(60_000, {}), limitMs(60_000, { timeoutFactor: 1.5 })]).toEqual([60_000, 90_000])
  expect(limitS(5, { timeoutFactor: 1.1 })).toBe(6)
})

it('a command may take as long, whether it has a limit or not', async () => {
  const node = fakeNode('m1', 'worker', { look: '' })
  const patient = patientNode(node, 3)
  const script = `# look\n`
  await patient.exec(['bash', '-c', script], { timeoutMs: 10_000 }).catch(() => undefined)
  await patient.exec(['bash', '-c', script]).catch(() => undefined)
  expect(node.commands.map(({ options }) => options.timeoutMs)).toEqual([30_000, 180_000])
  expect(patientNode(node, 1)).toBe(node)
})

it('a recovery with a factor waits so long on each machine', async () => {
  const controlPlane = lostControlPlane('m1', ['m1'], { 'check whether the API answers': '' })
  const context = fakeContext([controlPlane], plain)
  await previewRecovery(libraryRecovery({ ...defaultOptions, timeoutFactor: 4 }), context).catch(() => undefined)
  const limits = controlPlane.commands.map(({ options }) => options.timeoutMs ?? 0)
  expect(limits.length).toBeGreaterThan(3)
  expect(Math.min(...limits)).toBeGreaterThanOrEqual(4 * 20_000)
})

it('a survey gives every machine the factor of so many', async () => {
  const controlPlane = lostControlPlane('m1', ['m1'], {
    'read node facts': facts({ route: '[{"prefsrc":"10.0.0.1"}]' }),
  })
  const cluster = await surveyed({ ...fakeContext([controlPlane], plain), timeoutFactor: 2 })
  expect(cluster.machines.map(({ timeoutFactor }) => timeoutFactor)).toEqual([2])
})
