import { execFileSync } from 'node:child_process'
import { describe, expect, it, vi } from 'vitest'
import { PreconditionError } from './engine/errors.ts'
import { libraryRecovery, previewRecovery, runRecovery, stepsOf } from './recovery.ts'
import { secretsIn } from './testing/secrets.ts'
import { leaf } from './testing/certificates.ts'
import { etcdAnswer, lostControlPlane, lostWorker } from './testing/fake-cluster.ts'
import { facts, fakeContext, fakeNode, type FakeNode } from './testing/fake-node.ts'
import { plain } from './testing/kubeadm-config.ts'

// These clusters need no time to be heard.
vi.mock('./api-clients/watch-start.ts', () => ({ markWatchStart: () => undefined, watchStartedAtMs: () => 0 }))

async function recover(nodes: readonly FakeNode[]) {
  const context = fakeContext(nodes, plain)
  const ended = await runRecovery(libraryRecovery(), context).then(
    ({ outcome }) => ({ outcome, error: undefined }),
    (error: unknown) => ({ outcome: undefined, error }),
  )
  const commands = nodes.flatMap((node) => node.commands)
  const titles = nodes.flatMap((node) => node.commands.map(({ title }) => `${node.name}: ${title}`))
  return { ...ended, commands, titles, events: context.events }
}

/** Titles that begin otherwise are of scripts that change something. */
const onlyReads = /^(stop orphaned scripts|read|check|find|compare|get|list|observe)\b/

const startsApiServer = (titles: readonly string[]) =>
  titles.some((title) => title.includes('install the manifest of kube-apiserver'))
const two = { 'read the status of etcd': etcdAnswer(2, 5, 12) }

describe('plan', () => {
  it('is the proved order: etcd and its check, API servers, trust, kubelets, then who could evict', () => {
    const steps = stepsOf(libraryRecovery())
    const at = (id: string) => steps.findIndex((step) => step.id === id)
    const order = [
      'preflight',
      'stage-configuration',
      'remove-control-plane-sandboxes',
      'restore-shared-certs',
      'issue-certificates',
      'start-etcd',
      'check-etcd',
      'start-first-api-server',
      'start-restricted-controller-manager',
      'hold-leader-election',
      'start-api-servers',
      'publish-root-ca',
      'restart-kubelets',
      'await-kubelets',
      'restart-expired-components',
      'start-controller-manager',
      'verify-cluster',
      'restart-late-api-clients',
      'remove-staged-files',
    ]
    expect(order.map(at)).toEqual(order.map(at).toSorted((one, other) => one - other))
    expect(Math.min(...order.map(at))).toBe(0)
    expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length)
    for (const { id } of steps) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
  })

  it.each([
    ['no control plane', [fakeNode('w', 'worker', {})], 'names no control plane'],
    ['a machine twice', [fakeNode('m', 'control-plane', {}), fakeNode('m', 'worker', {})], 'm twice'],
  ])('refuses %s, before it asks a machine', async (_, nodes, words) => {
    for (const begin of [runRecovery, previewRecovery]) {
      const begun = begin(libraryRecovery(), fakeContext(nodes, plain))
      await expect(begun).rejects.toThrow(PreconditionError)
      await expect(begun).rejects.toThrow(words)
    }
  })

  it('refuses a worker among the control planes', async () => {
    const inventory = { controlPlanes: [fakeNode('w', 'worker', {})], workers: [], kubeadmConfig: plain }
    const context = { ...fakeContext([], plain), inventory }
    await expect(runRecovery(libraryRecovery(), context)).rejects.toThrow('w is a worker')
  })
})

describe('the recovery', () => {
  it('reaches every milestone, and says what it backed up', async () => {
    const { error, events } = await recover([lostControlPlane('m1', ['m1', 'w1']), lostWorker('w1')])
    expect(error).toBeUndefined()
    const milestones = events.flatMap((event) => (event.type === 'milestone.reached' ? [event.milestone] : []))
    expect(milestones).toEqual([
      'etcd-healthy',
      'api-ready',
      'leases-fresh',
      'nodes-ready',
      'tokens-reissued',
      'verified',
    ])
    const path = '/var/lib/kubelet/pki/kubelet-client-current.pem'
    expect(events).toContainEqual({ type: 'file.backed-up', node: 'm1', path })
    expect(events).toContainEqual({ type: 'file.backed-up', node: 'w1', path })
  })

  it('has nothing to do when it is run again, and then only reads', async () => {
    const nodes = [lostControlPlane('m1', ['m1', 'w1']), lostWorker('w1')]
    expect((await recover(nodes)).outcome).toBe('recovered')
    const before = nodes.map((node) => node.commands.length)
    const { outcome, events } = await recover(nodes)
    expect(outcome).toBe('nothing-to-do')
    expect(events.flatMap((event) => (event.type === 'step.started' ? [event.step] : []))).toEqual(['preflight'])
    expect(events.at(-2)).toMatchObject({ type: 'recovery.not-needed' })
    expect(events.at(-1)).toMatchObject({ type: 'recovery.ended', result: { outcome: 'nothing-to-do', left: [] } })
    const asked = nodes.flatMap(({ commands }, index) => commands.slice(before[index]).map(({ title }) => title))
    expect(asked.length).toBeGreaterThan(10)
    expect(asked.filter((title) => !onlyReads.test(title))).toEqual([])
  })

  it('asks once about the service-account key where nothing is left of it, and restarts nothing for it', async () => {
    const { titles } = await recover([lostControlPlane('m1', ['m1', 'w1']), lostWorker('w1')])
    const asked = titles.flatMap((title, index) => (title === 'm1: read the service-account keys' ? [index] : []))
    // The second tells which tokens are new.
    expect(asked).toHaveLength(2)
    expect(asked[1]).toBeGreaterThan(titles.indexOf('m1: create the shared certificates'))
    expect(titles.filter((title) => / (restart kube-|hand over)/.test(title))).toEqual([])
  })

  it('writes first, on every machine, what it must know when it is run again', async () => {
    const nodes = [lostControlPlane('m1', ['m1', 'w1']), lostWorker('w1')]
    await recover(nodes)
    const firstWrites = nodes.map(({ commands }) => commands.find(({ title }) => !onlyReads.test(title))?.title)
    expect(firstWrites).toEqual(['record the known CAs', 'record the known CAs'])
  })

  it('is not at its end while a machine still has what an unfinished repair staged', async () => {
    const nodes = [lostControlPlane('m1', ['m1', 'w1']), lostWorker('w1')]
    await recover(nodes)
    const left = lostWorker('w1')
    const [first] = nodes
    if (!first) throw new Error('no control plane')
    // The worker has its identity, but its record of the repair was not removed.
    await left.exec(['bash', '-c', '# give kubelet its new identity'])
    const { outcome, titles } = await recover([first, left])
    expect(outcome).toBe('recovered')
    expect(titles).toContain('w1: remove the staged files')
  })

  it('holds the leases before the first full controller manager is there, and lets one lead last', async () => {
    const { titles } = await recover([lostControlPlane('m1', ['m1', 'w1']), lostWorker('w1')])
    const order = [
      'm1: hold the leader-election leases',
      'm1: install the manifest of kube-controller-manager',
      'm1: release the leader-election leases',
    ]
    expect(titles.filter((title) => order.includes(title)).slice(0, 3)).toEqual(order)
  })

  it('creates the shared certificates once, and copies them before anything is signed with them', async () => {
    const { titles } = await recover([
      lostControlPlane('m1', ['m1', 'm2'], two),
      lostControlPlane('m2', ['m1', 'm2'], two),
    ])
    expect(titles.filter((title) => title.includes('create the shared certificates'))).toEqual([
      'm1: create the shared certificates',
    ])
    const copied = titles.indexOf('m2: install the shared certificates')
    expect(copied).toBeGreaterThan(-1)
    expect(copied).toBeLessThan(titles.indexOf('m2: issue certificates and kubeconfigs'))
  })

  it('gives bash nothing that it cannot read', async () => {
    const { commands } = await recover([
      lostControlPlane('m1', ['m1', 'm2', 'w1'], two),
      lostControlPlane('m2', [], two),
      lostWorker('w1'),
    ])
    const scripts = new Map(commands.map(({ title, script }) => [title, script]))
    expect(scripts.size).toBeGreaterThan(20)
    for (const input of scripts.values()) execFileSync('bash', ['-n'], { input })
  })
})

describe('the preconditions', () => {
  it('start nothing at all on an empty data directory, on whichever control plane', async () => {
    const empty = { 'read the write-ahead log of etcd': '' }
    const { error, events, titles } = await recover([lostControlPlane('m1', []), lostControlPlane('m2', [], empty)])
    expect(error).toMatchObject({ step: 'preflight', cause: { reason: 'etcd-data-missing' } })
    expect(String(error)).toContain('m2')
    expect(titles.filter((title) => !/: (stop orphaned scripts|read|find) ?/.test(title))).toEqual([])
    expect(events.at(-1)).toMatchObject({ result: { outcome: 'refused', failure: { reason: 'etcd-data-missing' } } })
    expect(startsApiServer(titles)).toBe(false)
  })

  it.each([
    ['etcd has no pods', etcdAnswer(1, 5, 0), 'etcd-objects-missing'],
    ['etcd is empty', etcdAnswer(1, 0, 0), 'etcd-objects-missing'],
    ['etcd has more members than the inventory control planes', etcdAnswer(3, 5, 12), 'control-plane-missing'],
  ])('start no API server when %s', async (_, answer, reason) => {
    const { error, titles } = await recover([
      lostControlPlane('m1', [], { 'read the status of etcd': answer }),
      lostWorker('w1'),
    ])
    expect(error).toMatchObject({ step: 'check-etcd', cause: { name: 'PreconditionError', reason } })
    expect(startsApiServer(titles)).toBe(false)
  })

  it('let nothing be changed when a machine is not the one that was listed', async () => {
    const strange = facts({ route: '[{"prefsrc":"10.0.0.1"}]', 'kubelet-certificate': leaf })
    const { error, titles } = await recover([
      lostControlPlane('m1', [], { 'read node facts': strange }),
      lostWorker('w1'),
    ])
    expect(error).toMatchObject({ step: 'preflight', cause: { reason: 'wrong-machine' } })
    const left = 'stop orphaned scripts'
    expect(titles).toEqual([`m1: ${left}`, 'm1: read node facts', `w1: ${left}`, 'w1: read node facts'])
  })
})

it('lets no key leave a machine, nor one show in the arguments of a command', async () => {
  const nodes = ['m1', 'm2', 'w1']
  const { error, commands } = await recover([
    lostControlPlane('m1', nodes, two),
    lostControlPlane('m2', nodes, two),
    lostWorker('w1'),
  ])
  // The fake machines throw where an answer holds a secret.
  expect(error).toBeUndefined()
  for (const { script, options } of commands) {
    expect(secretsIn(script)).toEqual([])
    expect(secretsIn(options.input?.toString() ?? '')).toEqual([])
  }
  const moved = commands.filter(({ title }) => /^(seal|sign a kubeconfig)/.test(title))
  expect(new Set(moved.map(({ title }) => title))).toEqual(
    new Set(['seal shared keys for another control plane', 'sign a kubeconfig for system:node:w1']),
  )
  for (const { script } of moved) expect(script).toContain('| seal')
})
