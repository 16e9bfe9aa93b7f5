import { expect, it, vi } from 'vitest'
import { defaultOptions, recoveryChoices, type RecoveryOptions } from './engine/options.ts'
import { libraryRecovery, previewRecovery, runRecovery, stepsOf } from './recovery.ts'
import { lostControlPlane, lostWorker } from './testing/fake-cluster.ts'
import { facts, fakeContext, type FakeNode } from './testing/fake-node.ts'
import { plain } from './testing/kubeadm-config.ts'

// These clusters need no time to be heard.
vi.mock('./api-clients/watch-start.ts', () => ({ markWatchStart: () => undefined, watchStartedAtMs: () => 0 }))

/** All that a plan may ask a machine: titles that begin otherwise are of scripts that change something. */
const reads = /^(read|check|find|compare|get|list|observe)\b/

async function planned(nodes: readonly FakeNode[], options: Partial<RecoveryOptions> = {}) {
  const context = fakeContext(nodes, plain)
  const recovery = libraryRecovery({ ...defaultOptions, ...options })
  const steps = stepsOf(recovery)
  const plan = await previewRecovery(recovery, context)
  const asked = nodes.flatMap(({ commands }) => commands.map(({ title }) => title))
  return { plan, steps, asked, of: (id: string) => plan.find((step) => step.id === id)?.actions ?? [] }
}

function lostCluster(): FakeNode[] {
  const unanswered = {
    'check whether the API answers': '',
    'check for a controller manager': '',
    'check for a temporary controller manager': facts({ state: 'none' }),
    'find manifests of what runs with the old CA': '',
  }
  const controlPlane = lostControlPlane('m1', ['m1', 'w1'], unanswered)
  controlPlane.files.clear()
  return [controlPlane, lostWorker('w1')]
}

it('has the steps of the repair, in its order, and changes nothing', async () => {
  const { plan, steps, asked } = await planned(lostCluster())
  expect(plan.map(({ id, title }) => [id, title])).toEqual(steps.map(({ id, title }) => [id, title]))
  expect(asked.filter((title) => !reads.test(title))).toEqual([])
})

it('says for each machine what would be done there, and why', async () => {
  const { of } = await planned(lostCluster())
  expect(of('restore-shared-certs')).toContainEqual({ node: 'm1', action: 'restore ca.crt', reason: 'missing' })
  expect(of('start-etcd').map(({ node }) => node)).toEqual(['m1'])
  expect(of('restart-kubelets').map(({ node }) => node)).toEqual(['m1', 'w1'])
  for (const id of ['watch-api-clients', 'check-api-clients', 'restart-late-api-clients'])
    expect(of(id)).toMatchObject([{ node: 'm1', action: expect.stringContaining('log level') as string }])
  expect(of('publish-root-ca')).toMatchObject([{ node: 'cluster', reason: expect.stringContaining('API') as string }])
})

it('is refused where the CA that is lost was external', async () => {
  await expect(planned(lostCluster(), { externalCa: 'yes' })).rejects.toMatchObject({ reason: 'external-ca-missing' })
})

const others = Object.entries(recoveryChoices)
  .flatMap(([name, [, ...values]]) => values.map((value) => ({ [name]: value })))
  .filter(({ externalCa }) => externalCa !== 'yes')

it.each(others)('with %j too', async (options) => {
  const { plan, steps, asked } = await planned(lostCluster(), options)
  expect(plan).toHaveLength(steps.length)
  expect(asked.filter((title) => !reads.test(title))).toEqual([])
})

/** A cluster that is whole but for the first control plane's ca.crt, by which its kubelet verifies its callers too. */
async function withDamagedCa(): Promise<FakeNode[]> {
  let isDamaged = false
  let ca = ''
  const withDamage = (node: FakeNode): FakeNode => ({
    ...node,
    async exec(argv, options) {
      const result = await node.exec(argv, options)
      const [, what] = /^# read (.*)/.exec(argv[2] ?? '') ?? []
      // The machines still know it.
      if (what === 'node facts') return { ...result, stdout: result.stdout + facts({ 'known-cas': ca }) }
      const hasIt = ['the identity of kubelet', 'the shared certificates', 'the leaf certificates'].includes(what ?? '')
      if (!isDamaged || !hasIt) return result
      return { ...result, stdout: result.stdout.replaceAll(/^(callers-ca|ca\.crt) .*$/gm, '$1 ') }
    },
  })
  const controlPlane = withDamage(
    lostControlPlane('m1', ['m1', 'w1'], { 'check whether the API answers': facts({ answers: 'yes' }) }),
  )
  const nodes = [controlPlane, lostWorker('w1')]
  await runRecovery(libraryRecovery(), fakeContext(nodes, plain))
  isDamaged = true
  ca = controlPlane.files.get('/etc/kubernetes/pki/ca.crt') ?? ''
  controlPlane.files.set('/etc/kubernetes/pki/ca.crt', 'damaged')
  return nodes
}

it('announces nothing that a damaged ca.crt seems to need and a restored one does not', async () => {
  const { of, plan } = await planned(await withDamagedCa())
  expect(of('restore-shared-certs')).toMatchObject([{ node: 'm1', action: 'restore ca.crt' }])
  for (const id of ['issue-certificates', 'start-etcd', 'restart-kubelets']) expect([id, of(id)]).toEqual([id, []])
  expect(plan.flatMap(({ actions }) => actions).filter(({ action }) => /restart|issue/.test(action))).toEqual([])
})

it('the first value of each option is its default', () => {
  expect({ ...defaultOptions, replace: undefined, timeoutFactor: undefined }).toEqual(
    Object.fromEntries(Object.entries(recoveryChoices).map(([name, [first]]) => [name, first])),
  )
})

it('with CAs that are replaced stops what runs with them, and else nothing', async () => {
  const replaced = await planned(lostCluster(), { replace: ['ca'] })
  expect(replaced.asked.filter((title) => !reads.test(title))).toEqual([])
  // Nothing of the CA is seen as usable, so that the plan is that of a lost one.
  expect(replaced.of('restart-kubelets').map(({ node }) => node)).toEqual(['m1', 'w1'])
  expect((await planned(lostCluster())).of('stop-control-planes')).toEqual([])
})
