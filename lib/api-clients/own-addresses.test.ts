import { expect, it } from 'vitest'
import type { ClusterState, NodeState } from '../model.ts'
import { apiPorts, ownAddresses } from './own-addresses.ts'

const host = (address: string, addresses: readonly string[], kubeletServer?: string) =>
  ({ address, facts: { addresses, kubeletServer } }) as unknown as NodeState

it('a machine has the addresses that are on no other', () => {
  const bridge = '172.17.0.1'
  const machines = [host('fd00::1', ['fd00:0::1', '172.18.0.4', bridge]), host('fd00::2', ['fd00::2', bridge])]
  expect([...ownAddresses(machines).values()]).toEqual([['fd00::1', '172.18.0.4'], ['fd00::2']])
})

it.each<[string, string | undefined, string | undefined, readonly number[]]>([
  ['of the API servers', undefined, 'https://10.0.0.1:6443', [6443]],
  ['of a balancer on the control planes', 'vip.example:8443', 'https://10.0.0.1:6443', [6443, 8443]],
  ['of an IPv6 endpoint', '[fd00::9]:7443', undefined, [6443, 7443]],
  ['of what a kubelet uses', 'vip.example', 'https://127.0.0.1:6444', [6443, 6444]],
  ['but that of the Service, which counts anyway', 'vip.example:443', 'https://vip.example', [6443]],
])('clients ask at the ports %s', (_, controlPlaneEndpoint, kubeletServer, ports) => {
  const config = { bindPort: 6443, cluster: { controlPlaneEndpoint } }
  const cluster = { config, machines: [host('10.0.0.1', [], kubeletServer)] } as unknown as ClusterState
  expect(new Set(apiPorts(cluster))).toEqual(new Set(ports))
})
