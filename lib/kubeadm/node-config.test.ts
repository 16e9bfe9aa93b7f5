import { parseAllDocuments } from 'yaml'
import { describe, expect, it } from 'vitest'
import { v1beta3, v1beta4 } from '../testing/kubeadm-config.ts'
import { nodeConfig } from './node-config.ts'
import { parseKubeadmConfig } from './kubeadm-config.ts'

const derive = (text: string) => {
  const yaml = nodeConfig(parseKubeadmConfig(text), { name: 'master-2', address: '10.0.0.2' })
  return parseAllDocuments(yaml).map((document) => document.toJS() as Record<string, unknown>)
}

describe('machineConfig', () => {
  it('is of this machine where the operator’s was of another', () => {
    const [cluster, init, ...rest] = derive(v1beta4)
    expect(rest).toEqual([])
    expect(cluster).toMatchObject({ kind: 'ClusterConfiguration', controlPlaneEndpoint: 'lb.example:6443' })
    expect(init).toEqual({
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'InitConfiguration',
      localAPIEndpoint: { advertiseAddress: '10.0.0.2', bindPort: 6443 },
      nodeRegistration: { name: 'master-2', criSocket: 'unix:///run/containerd/containerd.sock' },
    })
  })

  it('makes an InitConfiguration of the same version where none was kept', () => {
    const [cluster, init] = derive(v1beta3)
    expect(cluster).toMatchObject({ apiServer: { extraArgs: { profiling: 'false' } } })
    expect(init).toMatchObject({ apiVersion: 'kubeadm.k8s.io/v1beta3', nodeRegistration: { name: 'master-2' } })
  })

  it('does not make an old join token valid again', () => {
    expect(JSON.stringify(derive(v1beta4))).not.toContain('abcdef')
  })
})
