import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { kindConfig } from './kind-config.ts'
import { parseKubeadmPatch } from './kubeadm-patch.ts'

interface Config {
  readonly nodes: readonly { readonly role: string; readonly extraMounts?: unknown }[]
  readonly kubeadmConfigPatches?: readonly string[]
  readonly networking?: unknown
}
const name = 'drill-a'

test('has the asked-for nodes, and the patch for cgroup v1 on such hosts only', () => {
  const v1 = parse(kindConfig({ name, topology: { controlPlanes: 3, workers: 2 }, cgroup: 'v1' })) as Config
  expect(v1.nodes.map(({ role }) => role)).toEqual([
    'control-plane',
    'control-plane',
    'control-plane',
    'worker',
    'worker',
  ])
  expect(parse(v1.kubeadmConfigPatches?.[0] ?? '')).toMatchObject({ kind: 'KubeletConfiguration', failCgroupV1: false })
  const v2 = parse(kindConfig({ name, topology: { controlPlanes: 1, workers: 2 }, cgroup: 'v2' })) as Config
  expect(Object.keys(v2)).toEqual(['kind', 'apiVersion', 'name', 'nodes'])
})

test('kind installs no pod network where a workload brings one', () => {
  const patch = { documents: [], networking: { podSubnet: '10.100.0.0/16' } }
  const topology = { controlPlanes: 1, workers: 1 }
  const networkingOf = (more: object) =>
    (parse(kindConfig({ name, topology, cgroup: 'v2', ...more })) as Config).networking
  expect(networkingOf({ ownNetwork: true })).toEqual({ disableDefaultCNI: true })
  expect(networkingOf({ ownNetwork: true, patch })).toEqual({ podSubnet: '10.100.0.0/16', disableDefaultCNI: true })
  expect(networkingOf({ ownNetwork: false })).toBeUndefined()
})

test('passes a patch on, tells kind the subnets too, and shows its files to the control planes only', () => {
  const patch = parseKubeadmPatch(
    'kind: ClusterConfiguration\napiVersion: kubeadm.k8s.io/v1beta4\nnetworking: { podSubnet: 10.100.0.0/16 }\n',
    'a.yaml',
  )
  const text = kindConfig({
    name,
    topology: { controlPlanes: 2, workers: 1 },
    cgroup: 'v1',
    patch,
    filesDir: '/run/files',
  })
  const config = parse(text) as Config
  expect(config.networking).toEqual({ podSubnet: '10.100.0.0/16' })
  const mounts = [{ hostPath: '/run/files', containerPath: '/srv/cluster-files', readOnly: true }]
  expect(config.nodes).toEqual([
    { role: 'control-plane', extraMounts: mounts },
    { role: 'control-plane', extraMounts: mounts },
    { role: 'worker' },
  ])
  expect(config.kubeadmConfigPatches?.map((one) => (parse(one) as { kind: string }).kind)).toEqual([
    'KubeletConfiguration',
    'ClusterConfiguration',
  ])
  expect(text).not.toMatch(/[&*]a1/)
})
