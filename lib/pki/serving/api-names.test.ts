import { describe, expect, it } from 'vitest'
import type { KubeadmConfig, NodeState } from '../../model.ts'
import { apiNames, isServiceName } from './api-names.ts'

const names = (cluster: object, range?: string) => {
  const command = range === undefined ? [] : [`--service-cluster-ip-range=${range}`]
  const host = { mirrorPodSpecs: new Map([['kube-apiserver', { command }]]) } as unknown as NodeState
  return apiNames({ cluster } as KubeadmConfig, [host])
}

it.each([
  ['kubernetes', true],
  ['kubernetes.default', true],
  ['Kubernetes.default.svc.cluster.local.', true],
  ['web.shop.svc', true],
  ['web.shop.svc.cluster.local', true],
  ['localhost', true],
  ['w1', false],
  ['kubernetes-worker-1', false],
  ['svc.example.com', false],
])('%s is a name of the API or a Service: %s', (name, expected) => expect(isServiceName(name)).toBe(expected))

describe('the addresses of Services', () => {
  it.each([
    ['kubeadm’s default', names({}), ['10.96.0.1'], ['10.112.0.1']],
    [
      'the configured ones',
      names({ networking: { serviceSubnet: '10.7.0.0/16,fd07::/112' } }),
      ['10.7.0.10', 'fd07::a'],
      ['fd08::a'],
    ],
    ['those of the API servers', names({}, '172.20.0.0/16'), ['172.20.0.1'], ['172.21.0.1']],
    ['link-local ones', names({}), ['169.254.20.10', 'fe80::1'], ['10.0.0.5', 'w1']],
  ])('%s', (_, { isServiceAddress }, services, others) => {
    expect(services.map(isServiceAddress)).not.toContain(false)
    expect(others.map(isServiceAddress)).not.toContain(true)
  })
})

it.each([
  ['lb.example:6443', ['lb.example']],
  ['[fd00::9]:6443', ['fd00::9']],
  ['10.0.0.100', ['10.0.0.100']],
  [undefined, []],
])('the endpoint %s and the names in the certificate of the API', (controlPlaneEndpoint, expected) => {
  const cluster = { controlPlaneEndpoint, apiServer: { certSANs: ['api.example'] } }
  expect([...names(cluster).endpoints]).toEqual([...expected, 'api.example'])
})
