import { expect, test } from 'vitest'
import type { Machine } from '../model/cluster.ts'
import { loadNetworkImages, withPodSubnet } from './deploy-network.ts'
import { workloadDirectory } from './built-in.ts'
import { readOwnWorkload, togetherAsOne } from './own-workload.ts'

const neighbours = () =>
  readOwnWorkload(workloadDirectory('neighbours'), 'image:1', { DRILL_NEIGHBOURS_IMAGE: 'neighbours:1' })

test.each([
  [undefined, '10.244.0.0/16'],
  ['10.100.0.0/16', '10.100.0.0/16'],
])('with the pod subnet %s flannel leads to %s', async (podSubnet, expected) => {
  const objects = withPodSubnet((await neighbours()).network, podSubnet)
  const [configuration] = objects.filter(({ kind }) => kind === 'ConfigMap') as { data: Record<string, string> }[]
  expect(JSON.parse(configuration?.data['net-conf.json'] ?? '')).toEqual({
    Network: expected,
    EnableNFTables: true,
    Backend: { Type: 'vxlan' },
  })
})

test('a cluster has one pod network', async () => {
  const [one, web] = await Promise.all([neighbours(), readOwnWorkload(workloadDirectory('web'), 'image:1')])
  expect(web.network).toEqual([])
  expect(togetherAsOne([web, one]).network).toEqual(one.network)
  expect(() => togetherAsOne([one, one])).toThrow('several workloads bring a pod network')
})

test('a machine gets the images of the network alone', async () => {
  const asked: unknown[] = []
  const machine = { name: 'w1', exec: async (argv: readonly string[]) => void asked.push(argv.at(-1)) }
  const network = [{ kind: 'DaemonSet', spec: { image: 'network:1' } }]
  const images = ['shop:1', 'network:1']
  await loadNetworkImages({ network, images }, [machine as unknown as Machine], new AbortController().signal)
  expect(asked).toEqual(['network:1'])
})
