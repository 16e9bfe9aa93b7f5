import { expect, test } from 'vitest'
import { withPodSubnet } from './deploy-network.ts'
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
