import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { runSteps } from '../engine/step.ts'
import { droppedIn, tokenKeysIn } from '../pki/token-keys.ts'
import { secretsIn } from '../testing/secrets.ts'
import { liveCluster, type LiveCluster } from '../testing/live-cluster.ts'
import { makeSaKey } from '../testing/sa-keys.ts'
import { restartApiServers } from './restart-api-servers.ts'
import { restartControllerManagers } from './restart-controller-managers.ts'
import { restoreSaKey } from './restore-sa-key.ts'

const [current, fresh] = [makeSaKey(), makeSaKey()]
const three = () => liveCluster(['m1', 'm2', 'm3'], [current, fresh])
const stepsFor = (compromised: 'nothing' | 'sa-key') => [
  restoreSaKey({ compromised }),
  restartApiServers({ compromised }),
  restartControllerManagers({ compromised }),
]
const run = ({ cluster, context }: LiveCluster, compromised: 'nothing' | 'sa-key' = 'nothing') =>
  runSteps(stepsFor(compromised), cluster, context)
const lose = ({ planes }: LiveCluster, ...names: string[]) => {
  for (const plane of planes)
    if (names.includes(plane.node.name)) Object.assign(plane, { signing: undefined, publicText: undefined })
}
const plan = async ({ cluster, context }: LiveCluster) => {
  const planned = await Promise.all(stepsFor('nothing').map(async (step) => step.preview?.(cluster, context)))
  return planned.flat().map((action) => `${action?.node ?? ''}: ${action?.action ?? ''}`)
}

describe('a key that is lost on every control plane', () => {
  it('is replaced once, still verifies, and is loaded by one process after the other, leaders last', async () => {
    const live = await three()
    lose(live, 'm1', 'm2', 'm3')
    await run(live)
    const handedOver = (name: string) => [
      `${name}: hand over the API`,
      `${name}: restart kube-apiserver`,
      `${name}: end a hand-over of the API`,
    ]
    expect(live.done).toEqual([
      'm1: create the service-account key',
      'm2: install the service-account key',
      'm3: install the service-account key',
      ...['m1', 'm2', 'm3'].map((name) => `${name}: end a hand-over of the API`),
      ...['m1', 'm2', 'm3'].flatMap(handedOver),
      'm2: restart kube-controller-manager',
      'm3: restart kube-controller-manager',
      'm1: restart kube-controller-manager',
      'm1: release the lease of kube-controller-manager',
    ])
    for (const { signing, publicText, loaded } of live.planes) {
      expect(signing?.keyId).toBe(fresh.keyId)
      expect(tokenKeysIn(publicText ?? '').map(({ keyId, retired }) => [keyId, retired])).toEqual([
        [fresh.keyId, false],
        [current.keyId, true],
      ])
      expect(loaded.map(({ keyId }) => keyId)).toEqual([fresh.keyId, current.keyId])
    }
    expect(live.context.events).toContainEqual({ type: 'sa-key.retired', keyId: current.keyId })
    expect(live.cluster.learned.created.has('sa.key')).toBe(false)
  })

  it('is nothing to do when the repair is run again', async () => {
    const live = await three()
    lose(live, 'm1', 'm2', 'm3')
    await run(live)
    const before = live.done.length
    await run(live)
    expect(live.done.slice(before)).toEqual([])
  })

  it.each([1, 2, 5, 8, 12, 15])(
    'is replaced by no second key when the repair is killed after change %i',
    async (changes) => {
      const live = await three()
      lose(live, 'm1', 'm2', 'm3')
      const killed = new AbortController()
      const dying = { ...live.context, signal: killed.signal }
      for (const node of live.nodes) {
        const exec = node.exec.bind(node)
        Object.assign(node, {
          exec: (...call: Parameters<typeof exec>) => {
            if (live.done.length >= changes) killed.abort(new Error('killed'))
            killed.signal.throwIfAborted()
            return exec(...call)
          },
        })
        Object.assign(node, { revive: () => Object.assign(node, { exec }) })
      }
      await expect(runSteps(stepsFor('nothing'), live.cluster, dying)).rejects.toThrow()
      for (const node of live.nodes) (node as unknown as { revive: () => void }).revive()
      await run(live)
      expect(live.done.filter((what) => what.endsWith('create the service-account key'))).toHaveLength(1)
      for (const { loaded } of live.planes)
        expect(loaded.map(({ keyId }) => keyId)).toEqual([fresh.keyId, current.keyId])
    },
  )

  it('is planned before anything is changed', async () => {
    const live = await three()
    lose(live, 'm1', 'm2', 'm3')
    const planned = await plan(live)
    expect(planned[0]).toContain('m1: make a new service-account key, and go on to accept tokens of the lost key')
    expect(planned).toContain('m3: copy sa.key and sa.pub from m1')
    expect(planned.filter((line) => line.includes('restart kube-apiserver'))).toHaveLength(3)
    expect(planned.filter((line) => line.includes('restart kube-controller-manager'))).toHaveLength(3)
    expect(live.done).toEqual([])
  })
})

it('is copied to the one control plane that lost it, and nothing is restarted', async () => {
  const live = await three()
  lose(live, 'm2')
  await run(live)
  expect(live.done).toEqual(['m2: install the service-account key'])
  expect(live.planes[1]).toMatchObject({ signing: { keyId: current.keyId }, publicText: current.pem, writtenAt: 1000 })
})

it('has its public half derived, and nothing is restarted', async () => {
  const live = await liveCluster(['m1'], [current, fresh])
  Object.assign(live.planes[0] ?? {}, { publicText: undefined })
  await run(live)
  expect(live.done).toEqual(['m1: install the service-account key'])
  expect(live.planes[0]?.publicText).toBe(current.pem)
})

it('is dropped at once where it is compromised, and clients count as rejected', async () => {
  const live = await three()
  await run(live, 'sa-key')
  for (const { signing, publicText = '', loaded } of live.planes) {
    expect(signing?.keyId).toBe(fresh.keyId)
    expect(loaded.map(({ keyId }) => keyId)).toEqual([fresh.keyId])
    expect(droppedIn(publicText)).toEqual([current.keyId])
  }
  expect(live.cluster.learned.created.has('sa.key')).toBe(true)
})

it('restarts API servers without a hand-over where that has no effect, and says so', async () => {
  const live = await liveCluster(['m1', 'm2'], [current, fresh], [], { 'hand over the API': 'problem bm8gbmZ0\n' })
  lose(live, 'm1', 'm2')
  live.context.emit({ type: 'step.skipped', step: '', title: '' })
  const ended = new Error('enough')
  const stopping = new AbortController()
  const context = {
    ...live.context,
    signal: stopping.signal,
    emit: (event: Parameters<typeof live.context.emit>[0]) => {
      live.context.emit(event)
      // The pause for a balancer is not waited for.
      if (event.type === 'api-server.not-handed-over') stopping.abort(ended)
    },
  }
  await expect(runSteps(stepsFor('nothing'), live.cluster, context)).rejects.toThrow()
  expect(live.context.events).toContainEqual({ type: 'api-server.not-handed-over', node: 'm1', reason: 'no nft' })
  expect(live.done.filter((what) => what.endsWith('restart kube-apiserver'))).toEqual(['m1: restart kube-apiserver'])
})

it('gives bash nothing that it cannot read, and moves the key sealed', async () => {
  const live = await three()
  lose(live, 'm1', 'm2', 'm3')
  await run(live)
  const commands = live.planes.flatMap(({ node }) => node.commands)
  for (const input of new Set(commands.map(({ script }) => script))) execFileSync('bash', ['-n'], { input })
  const sealed = commands.filter(({ title }) => title.startsWith('seal the service-account key'))
  expect(sealed).toHaveLength(2)
  for (const { script } of sealed) expect(script).toContain('seal < /etc/kubernetes/pki/sa.key | emit sealed')
  for (const { script, options } of commands) {
    expect(secretsIn(script)).toEqual([])
    expect(secretsIn(options.input?.toString() ?? '')).toEqual([])
  }
})
