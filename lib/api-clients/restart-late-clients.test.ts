import { expect, it, vi } from 'vitest'
import type { ClusterState } from '../model.ts'
import type { RecoveryContext } from '../engine/step.ts'
import type { RecoveryEvent } from '../engine/recovery-event.ts'
import { balancer, machine, own, proxy, request, snapshot } from '../testing/api-clients.ts'
import type { ApiClientSnapshot } from './api-client-snapshot.ts'
import { longestRetryMs } from './rejected-clients.ts'
import { restartLateClients } from './restart-late-clients.ts'

const observed = vi.hoisted(() => ({
  looks: [] as ((hidden: boolean) => ApiClientSnapshot)[],
  restarted: [] as string[],
}))
vi.mock('./log-verbosity.ts', () => ({ setVerbosity: () => Promise.resolve([]) }))
vi.mock('./observe-clients.ts', () => ({
  observeApiClients: ({ learned }: ClusterState) => {
    const look = observed.looks.length > 1 ? observed.looks.shift() : observed.looks[0]
    return Promise.resolve(look?.(learned.clientsHidden === true))
  },
}))
vi.mock('./restart-clients.ts', () => ({
  canRestart: () => true,
  restartClients: (_: unknown, { learned }: ClusterState, rejected: { pod: { name: string; uid: string } }[]) => {
    for (const { pod } of rejected) {
      observed.restarted.push(pod.name)
      learned.restarts.set(pod.uid, 1)
    }
    learned.clientsRestartedAtMs = Date.now()
    return Promise.resolve()
  },
  leaveClient: () => undefined,
  restartObstacle: () => undefined,
}))

/** A cluster whose clients were restarted so long ago. */
function late(restartedMsAgo: number) {
  const events: RecoveryEvent[] = []
  const learned = {
    watchStartedAtMs: Date.now() - 200_000,
    clientsRestartedAtMs: Date.now() - restartedMsAgo,
    restarts: new Map(),
    leftClients: new Set(),
  }
  const cluster = { learned, first: {}, machines: [], config: {} } as unknown as ClusterState
  const context = { emit: (event: RecoveryEvent) => events.push(event), signal: new AbortController().signal }
  const run = (minWatchMs: number) =>
    restartLateClients(context as unknown as RecoveryContext, cluster, 'in-place', {
      minWatchMs,
      pauseMs: 20,
      isLast: true,
    })
  return { run, events, learned }
}

/** It asks by an address that nobody is asked at, as a balancer with two networks, or on a control plane. */
const throughBalancer = () => ({ ...request('tls', 5, Date.now() - 100), address: '192.0.2.7' })
const behindIt = { ...machine, connections: [{ ...own, destination: balancer }] }

it('asks the logs of pods of the machine where nobody knows who is rejected', async () => {
  observed.restarted = []
  observed.looks = [
    () => snapshot([throughBalancer()], { machines: [behindIt] }),
    (hidden) =>
      snapshot([throughBalancer()], {
        machines: [behindIt],
        pods: [proxy],
        complaints: new Map(hidden ? [[proxy.uid, Date.now()]] : []),
      }),
    () => snapshot([]),
  ]
  const { run, events } = late(longestRetryMs + 1000)
  await run(100)
  expect(observed.restarted).toEqual([proxy.name])
  expect(events).toEqual([])
})

it('watches as long after the last restart as a client may wait', async () => {
  observed.looks = [() => snapshot([])]
  const began = performance.now()
  await late(0).run(400)
  expect(performance.now() - began).toBeGreaterThan(380)
  const again = performance.now()
  await late(1000).run(400)
  expect(performance.now() - again).toBeLessThan(300)
})

it('does not ask logs for those who are only refused as nobody, as health checks may be', async () => {
  observed.looks = [() => snapshot([{ ...throughBalancer(), outcome: 'unauthorized' }])]
  const { run, learned } = late(longestRetryMs + 1000)
  await run(100)
  expect(learned).not.toHaveProperty('clientsHidden')
})

it('names who is still rejected by then', async () => {
  observed.looks = [() => snapshot([throughBalancer()])]
  const { run, events } = late(longestRetryMs + 1000)
  await run(100)
  expect(events).toEqual([{ type: 'client.unknown', where: 'somebody at 192.0.2.7', reason: 'bad certificate, once' }])
})
