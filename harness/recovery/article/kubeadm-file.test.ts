import { parseAllDocuments } from 'yaml'
import { expect, test } from 'vitest'
import { nodeConfig } from '../../../lib/kubeadm/node-config.ts'
import { parseKubeadmConfig } from '../../../lib/kubeadm/kubeadm-config.ts'
import { v1beta3, v1beta4 } from '../../../lib/testing/kubeadm-config.ts'
import { articleConfig } from './kubeadm-file.ts'

const flags =
  'KUBELET_KUBEADM_ARGS="--container-runtime-endpoint=unix:///run/c.sock --node-ip=10.0.0.2 --node-labels= --v=2"\n'
const kubelet = 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\ncgroupRoot: /kubelet\n'
const made = (text: string, ...files: [string, string]) =>
  parseAllDocuments(
    articleConfig(nodeConfig(parseKubeadmConfig(text), { name: 'm2', address: '10.0.0.2' }), ...files),
  ).map((document) => document.toJS() as Record<string, unknown>)

test('kubelet keeps its flags and its configuration, which kubelet-start would replace by defaults', () => {
  const documents = made(v1beta4, flags, kubelet)
  expect(documents.map(({ kind }) => kind)).toEqual([
    'ClusterConfiguration',
    'InitConfiguration',
    'KubeletConfiguration',
  ])
  expect(documents[1]?.['nodeRegistration']).toEqual({
    name: 'm2',
    criSocket: 'unix:///run/containerd/containerd.sock',
    kubeletExtraArgs: [
      { name: 'node-ip', value: '10.0.0.2' },
      { name: 'node-labels', value: '' },
      { name: 'v', value: '2' },
    ],
  })
})

test('v1beta3 has the flags as a map', () => {
  expect(made(v1beta3, flags, kubelet)[1]?.['nodeRegistration']).toEqual({
    name: 'm2',
    kubeletExtraArgs: { 'node-ip': '10.0.0.2', 'node-labels': '', v: '2' },
  })
})

test('a machine without those files gets what kubeadm makes of nothing', () => {
  const documents = made(v1beta3, '', '')
  expect(documents).toHaveLength(2)
  expect(documents[1]?.['nodeRegistration']).toEqual({ name: 'm2' })
})
