import { expect, it } from 'vitest'
import { parseOperatorConfig } from './kubeadm/operator-config.ts'
import { machineFacts, readFacts } from './machine-facts.ts'
import { leaf } from './testing/certificates.ts'
import { facts, fakeNode } from './testing/fake-node.ts'
import { plain, v1beta4 } from './testing/kubeadm-config.ts'

const config = parseOperatorConfig(plain)

it('reads what a machine says about itself', () => {
  const output = facts({
    addresses: '[{"addr_info":[{"local":"10.0.0.1"},{"local":"fd00::1"}]},{"addr_info":[{"local":"172.17.0.1"}]}]',
    route: '[{"dst":"192.0.2.1","prefsrc":"10.0.0.1"}]',
    'kubelet-flags': 'KUBELET_KUBEADM_ARGS="--node-ip=10.0.0.9,fd00::9 --pod-infra-container-image=pause"\n',
    'kubelet-config':
      'staticPodPath: /srv/manifests\nrotateCertificates: true\nserverTLSBootstrap: true\nauthentication: { x509: { clientCAFile: /srv/ca.crt } }\n',
    'kubelet-certificate': leaf,
    'etcd-member': 'present\n',
    'missing-files': '/a\n/b\n',
    'files-read': '/var/lib/kubelet/config.yaml\n',
  })
  expect(readFacts(output, config)).toEqual({
    addresses: ['10.0.0.1', 'fd00::1', '172.17.0.1'],
    nodeIp: '10.0.0.9',
    routeAddress: '10.0.0.1',
    kubeletUser: 'system:node:master-1',
    manifestsDir: '/srv/manifests',
    clientCaFile: '/srv/ca.crt',
    rotatesCertificates: true,
    servesByRequest: true,
    hasEtcdMember: true,
    missingFiles: ['/a', '/b'],
    filesRead: ['/var/lib/kubelet/config.yaml'],
  })
})

it('falls back on what kubeadm sets where a machine says nothing', () => {
  expect(readFacts('', config)).toEqual({
    addresses: [],
    manifestsDir: '/etc/kubernetes/manifests',
    clientCaFile: '/etc/kubernetes/pki/ca.crt',
    rotatesCertificates: false,
    servesByRequest: false,
    hasEtcdMember: false,
    missingFiles: [],
    filesRead: [],
  })
})

it('asks control planes only for the files that the configuration names', async () => {
  const asked = async (role: 'control-plane' | 'worker') => {
    const node = fakeNode('m1', role, { 'look around': '' })
    await machineFacts(node, parseOperatorConfig(v1beta4), new AbortController().signal)
    return node.commands[0]?.script ?? ''
  }
  expect(await asked('control-plane')).toContain('/srv/audit/policy.yaml')
  expect(await asked('worker')).not.toContain('/srv/audit/policy.yaml')
})
