import { setTimeout as sleep } from 'node:timers/promises'
import { CoreV1Api, V1Eviction } from '@kubernetes/client-node'
import { ClusterError } from '../../../model/errors.ts'
import type { DrillContext } from '../../../model/context.ts'
import type { Sabotage } from './live-mutant.ts'

/** A running container of the probed workload on some worker: its machine and id. */
async function echoContainer({ cluster, signal }: DrillContext) {
  const list = ['crictl', 'ps', '--quiet', '--label', 'io.kubernetes.pod.namespace=drill-workload', '--name', 'echo']
  for (const machine of cluster.workers) {
    const { stdout } = await machine.exec(list, { timeoutMs: 20_000, signal })
    const [id] = stdout.trim().split('\n')
    if (id) return { machine, id }
  }
  throw new ClusterError('no container of the workload runs')
}

/** As a crash: kubelet starts it again in its pod. */
export const stopContainer: Sabotage = async (context) => {
  const { machine, id } = await echoContainer(context)
  await machine.exec(['crictl', 'stop', '--timeout', '0', id], { timeoutMs: 20_000, signal: context.signal })
}

/** As a workload that hangs: its process stands still for the time. */
export const freezeContainer =
  (forMs: number): Sabotage =>
  async (context) => {
    const { machine, id } = await echoContainer(context)
    const template = ['--output', 'go-template', '--template', '{{.info.pid}}']
    const { stdout } = await machine.exec(['crictl', 'inspect', ...template, id], {
      timeoutMs: 20_000,
      signal: context.signal,
    })
    const signal = (name: string) => machine.exec(['kill', `-${name}`, stdout.trim()], { timeoutMs: 20_000 })
    await signal('STOP')
    await sleep(forMs)
    await signal('CONT')
  }

/** Through the API, as a drain does. */
export const evictPod: Sabotage = async (context) => {
  const core = (await context.api()).makeApiClient(CoreV1Api)
  const namespace = 'drill-workload'
  const { items } = await core.listNamespacedPod({ namespace })
  const name = items.map(({ metadata }) => metadata?.name ?? '').find((one) => one.startsWith('canary-'))
  if (name === undefined) throw new ClusterError('there is no pod to evict')
  const body = Object.assign(new V1Eviction(), { metadata: { name, namespace } })
  await core.createNamespacedPodEviction({ name, namespace, body })
}

/** As a host that gives the prober no time. */
export const freezeProber =
  (forMs: number): Sabotage =>
  async (_, { processIds }) => {
    if (processIds.length === 0) throw new ClusterError('the process of the prober is not known')
    for (const pid of processIds) process.kill(pid, 'SIGSTOP')
    await sleep(forMs)
    for (const pid of processIds) process.kill(pid, 'SIGCONT')
  }
