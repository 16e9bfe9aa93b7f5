import type { KubeConfig, V1Pod } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import type { Machine } from '../model/cluster.ts'
import { servicePaths } from './service-paths.ts'

const machine = (name: string, address: string) => ({ name, address }) as Machine
const controlPlanes = [machine('cp', '172.18.0.2')]
const workers = [machine('w1', '172.18.0.3'), machine('w2', '172.18.0.4')]
const pods = ['w1', 'w2'].map((nodeName, n): V1Pod => ({
  metadata: { name: `echo-${n + 1}`, labels: { app: 'echo' } },
  spec: { nodeName, containers: [] },
  status: { podIP: `10.244.${n + 1}.7` },
}))
const api = {
  makeApiClient: () => ({
    readNamespacedService: async ({ name }: { readonly name: string }) => ({
      spec: { clusterIP: name === 'kube-dns' ? '10.96.0.10' : '10.96.3.4' },
    }),
  }),
} as unknown as KubeConfig

test('every way has a literal address, and the other worker is the second one', async () => {
  const paths = await servicePaths(api, { workers, controlPlanes }, pods)
  expect(paths.map(({ id, target, expects }) => [id, target, expects])).toEqual([
    ['pod-other', 'http://10.244.2.7:8080/', undefined],
    ['nodeport-own', 'http://172.18.0.3:30080/', undefined],
    ['nodeport-control-plane', 'http://172.18.0.2:30080/', undefined],
    ['dns', 'dns://10.96.0.10:53/echo.drill-workload.svc.cluster.local', '10.96.3.4'],
    ['clusterip-stream', 'http://10.96.3.4:8080/stream', 'echo-2'],
  ])
})

test('with one worker there is no other one; without a pod there it is an error', async () => {
  const [only] = workers
  const paths = await servicePaths(api, { workers: only ? [only] : [], controlPlanes }, pods)
  expect(paths.map(({ id }) => id)).toEqual(['nodeport-control-plane', 'dns', 'clusterip-stream'])
  await expect(servicePaths(api, { workers, controlPlanes }, [])).rejects.toThrow(/no addresses to probe/)
})
