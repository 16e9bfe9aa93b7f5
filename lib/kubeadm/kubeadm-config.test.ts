import { describe, expect, it } from 'vitest'
import { PreconditionError } from '../engine/errors.ts'
import { v1beta3, v1beta4 } from '../testing/kubeadm-config.ts'
import { parseKubeadmConfig } from './kubeadm-config.ts'

const init = 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\n'

describe('parseOperatorConfig', () => {
  it('reads a whole file and leaves out what is not kubeadm’s', () => {
    const config = parseKubeadmConfig(v1beta4)
    expect(config).toMatchObject({
      certificatesDir: '/etc/kubernetes/pki',
      etcdDataDir: '/var/lib/etcd',
      bindPort: 6443,
    })
    expect(config.cluster['clusterName']).toBe('prod')
    expect(config.init?.['kind']).toBe('InitConfiguration')
  })

  it('is content with a ClusterConfiguration alone', () => {
    const config = parseKubeadmConfig(v1beta3)
    expect(config).toMatchObject({
      apiVersion: 'kubeadm.k8s.io/v1beta3',
      certificatesDir: '/srv/pki',
      etcdDataDir: '/srv/etcd',
    })
    expect(config.init).toBeUndefined()
  })

  it.each([
    ['nothing', '', 'no ClusterConfiguration'],
    ['no YAML', 'a: [', 'not YAML'],
    ['a file of something else', 'kind: Deployment\napiVersion: apps/v1', 'no ClusterConfiguration'],
    ['only an InitConfiguration', init, 'no ClusterConfiguration'],
    ['an old version', v1beta4.replaceAll('v1beta4', 'v1beta2'), 'v1beta2'],
    ['a version to be looked up', v1beta3.replace('v1.31.4', 'stable-1'), 'kubernetesVersion'],
    ['two clusters', `${v1beta3}---\n${v1beta3}`, '2 times'],
    ['mixed versions', `${v1beta3}---\n${init}`, 'different versions'],
    ['an external etcd', v1beta3.replace('local: { dataDir: /srv/etcd }', 'external: { endpoints: [] }'), 'external'],
  ])('refuses %s', (_, text, words) => {
    expect(() => parseKubeadmConfig(text)).toThrow(PreconditionError)
    expect(() => parseKubeadmConfig(text)).toThrow(words)
  })
})
