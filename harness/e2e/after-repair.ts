import { expect } from 'vitest'
import { clusterReady } from '../cluster/cluster-ready.ts'
import { components } from '../observe/control-plane-files.ts'
import {
  allLeaves,
  certificates,
  clusterCa,
  keyIdOf,
  kubeletCertificate,
  mountedKeyIds,
  sharedFiles,
  sums,
  whole,
} from './inspect/certificates.ts'
import { controllerManagers, controlPlaneRunning, othersRunning } from './inspect/containers.ts'
import { etcdView } from './inspect/etcd.ts'
import { each, kubectlLines } from './inspect/kube.ts'
import { shell } from './inspect/shell.ts'
import type { E2eCluster } from './e2e-cluster.ts'
import type { SteppedRun } from './stepped-run.ts'
import { decoyPod } from './decoy-pod.ts'
import type { Before } from './destroyed-cluster.ts'

/** All containers that ran before the loss still run. */
export async function expectOthersRunOn({ machines }: E2eCluster, before: Before): Promise<void> {
  const gone = machines.map(async (machine) => {
    const ids = (await othersRunning(machine)).map(({ id }) => id)
    const those = (before.containers[machine.name] ?? []).filter(({ id }) => !ids.includes(id))
    return those.map(({ pod, name }) => `${pod}/${name} on ${machine.name}`)
  })
  expect((await Promise.all(gone)).flat()).toEqual([])
  expect(
    Object.values(before.containers)
      .flat()
      .map(({ pod }) => pod),
  ).toContain(decoyPod)
}

/** The same CAs and keys on both control planes, none of them an old one. */
export async function expectOneSetOfCas({ first, second }: E2eCluster, before: Before): Promise<void> {
  const [one, other] = await Promise.all([sums(first, sharedFiles), sums(second, sharedFiles)])
  expect(one).toEqual(other)
  for (const file of sharedFiles) {
    expect(one[file], file).toMatch(/^[0-9a-f]{64}$/)
    expect(one[file], file).not.toBe(before.sharedCerts[file])
  }
}

/** No taint that evicts pods, and no event of an eviction since the loss. */
export async function expectNoEviction({ first }: E2eCluster, { destroyedAt }: Before): Promise<void> {
  const taints = await kubectlLines(first, 'get', 'nodes', '--output', each('{.spec.taints[*].effect}'))
  expect(taints.join(' ')).not.toContain('NoExecute')
  const columns = each(
    '{.lastTimestamp}{.eventTime} {.source.component}{.reportingComponent} {.reason} {.involvedObject.name}',
  )
  const lines = await kubectlLines(first, 'get', 'events', '--all-namespaces', '--output', columns)
  const since = lines.filter((line) => (line.split(' ')[0] ?? '') >= destroyedAt)
  // A kubelet that was restarted reports NodeNotReady of itself for a moment; events of controllers count.
  const bad = /^\S+ (?!kubelet)\S* (NodeNotReady|TaintManagerEviction|DeletingAllPods|RemovingNode|Evicted) /
  expect(since.filter((line) => bad.test(line))).toEqual([])
}

/** Pods that the repair reports as restarted, and how their containers compare with those before. */
export async function clientsSince({ machines }: E2eCluster, before: Before, run: SteppedRun) {
  const restarted = run.events.flatMap((event) => (event.type === 'client.restarted' ? [event.pod] : []))
  const now = (await Promise.all(machines.map(othersRunning))).flat()
  const old = Object.values(before.containers).flat()
  const nameOf = ({ namespace, pod }: { namespace: string; pod: string }) => `${namespace}/${pod}`
  const gone = old.filter(({ id }) => !now.some((container) => container.id === id))
  return {
    restarted: [...new Set(restarted)].sort(),
    /** Pods with a container that ran before and does not run now. */
    changed: [...new Set(gone.map(nameOf))].sort(),
    /** Of those, the ones that still have their sandbox. */
    inPlace: [
      ...new Set(gone.filter(({ sandboxId }) => now.some((one) => one.sandboxId === sandboxId)).map(nameOf)),
    ].sort(),
  }
}

/** The outcome of the last call of the workload's two API clients, by the label of their pods. */
export async function clientOutcomes({ first, worker }: E2eCluster): Promise<Record<string, string>> {
  const columns = each('{.metadata.labels.app} {.status.podIP} {.metadata.deletionTimestamp}')
  const selector = 'app in (api-client, api-client-once)'
  const pods = await kubectlLines(
    first,
    ...['get', 'pods', '--namespace', 'drill-workload', '--selector', selector, '--output', columns],
  )
  const living = pods.map((line) => line.trim().split(' ')).filter((words) => words.length === 2)
  const outcomes = living.map(async ([app = '', address = '']) => {
    const answer = await shell(worker, `curl --silent --max-time 5 http://${address}:8080/status`)
    return [app, (JSON.parse(answer) as { outcome: string }).outcome] as const
  })
  return Object.fromEntries(await Promise.all(outcomes))
}

/** What every kind of repair must have reached at its end. */
export async function expectRepaired(e2e: E2eCluster, before: Before): Promise<void> {
  const { first, controlPlanes, machines, context } = e2e
  await clusterReady({ api: () => context.api(), nodes: machines.length, signal: context.signal, timeoutMs: 60_000 })
  await expectOneSetOfCas(e2e, before)
  await expectNoEviction(e2e, before)
  const ca = await clusterCa(first)
  const keyId = await keyIdOf(first)
  expect(keyId).not.toBe(before.keyId)
  const whoseClient =
    'grep -c "client-key: /var/lib/kubelet/pki/kubelet-client-current.pem" /etc/kubernetes/kubelet.conf'
  await Promise.all([
    ...controlPlanes.map(async (controlPlane) => {
      expect(await certificates(controlPlane, allLeaves)).toEqual(whole(allLeaves))
      expect(await controlPlaneRunning(controlPlane)).toEqual(components)
      expect(await controllerManagers(controlPlane)).toEqual([
        expect.not.stringContaining('--controllers=serviceaccount'),
      ])
      expect(await etcdView(controlPlane)).toMatchObject({
        clusterId: before.etcd.clusterId,
        members: before.etcd.members,
      })
    }),
    ...machines.map(async (machine) => {
      expect(await kubeletCertificate(machine, 'client', ca), machine.name).toBe('signed')
      expect(await kubeletCertificate(machine, 'server', ca), machine.name).toBe('signed')
      expect(await mountedKeyIds(machine), machine.name).toEqual([keyId])
      expect(await shell(machine, whoseClient)).toBe('1')
    }),
  ])
  expect(await clientOutcomes(e2e)).toEqual({ 'api-client': 'ok', 'api-client-once': 'ok' })
}
