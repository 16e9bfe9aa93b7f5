import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { kindConfig } from './kind-config.ts'

test('has the asked-for nodes, and the patch for cgroup v1 on such hosts only', () => {
  const v1 = parse(kindConfig('drill-a', { masters: 3, workers: 2 }, 'v1')) as {
    nodes: { role: string }[]
    kubeadmConfigPatches?: string[]
  }
  expect(v1.nodes.map(({ role }) => role)).toEqual([
    'control-plane',
    'control-plane',
    'control-plane',
    'worker',
    'worker',
  ])
  expect(parse(v1.kubeadmConfigPatches?.[0] ?? '')).toMatchObject({ kind: 'KubeletConfiguration', failCgroupV1: false })
  expect(parse(kindConfig('drill-a', { masters: 1, workers: 2 }, 'v2'))).not.toHaveProperty('kubeadmConfigPatches')
})
