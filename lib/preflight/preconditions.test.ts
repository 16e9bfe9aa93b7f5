import { describe, expect, it } from 'vitest'
import { PreconditionError } from '../engine/errors.ts'
import { parseKubeadmConfig } from '../kubeadm/kubeadm-config.ts'
import { ca, otherCa } from '../testing/certificates.ts'
import { plain, v1beta4 } from '../testing/kubeadm-config.ts'
import { refuseWrongClocks } from './clocks.ts'
import { refuseFullDisks } from './disks.ts'
import { refuseMissingTools } from './tools.ts'
import { refuseOtherPaths } from './kubelet-paths.ts'
import { refuseMovedData } from './etcd-directory.ts'
import { refuseWrongMembers, type ListedMember } from './etcd-members.ts'
import { refuseOtherClusters } from './one-cluster.ts'
import { refuseOtherConfiguration } from './same-configuration.ts'
import { refuseOtherEndpoint } from './same-endpoint.ts'

/** The reason and the message of a refusal; empty where it holds. */
function refusal(check: () => void): string {
  try {
    check()
  } catch (error) {
    if (!(error instanceof PreconditionError)) throw error
    return `${error.reason}: ${error.message}`
  }
  return ''
}

describe('clocks', () => {
  const clocks = (...offsets: number[]) => offsets.map((offsetMs, index) => ({ name: `m${index + 1}`, offsetMs }))

  it('may differ by what certificates are dated back, wherever this host’s own clock is', () => {
    expect(refusal(() => refuseWrongClocks(clocks(0, 90_000, -20_000)))).toBe('')
    expect(refusal(() => refuseWrongClocks(clocks(3_600_000, 3_600_500, 3_599_000)))).toBe('')
  })

  it.each([
    [clocks(0, 3_600_000, 100), 'clock-differs: clocks differ: m2 is 3600 s ahead'],
    [clocks(0, -3_600_000, 100), 'm2 is 3600 s behind'],
    [clocks(0, 3_600_000), 'm2 is 3600 s ahead'],
  ])('an hour off is refused by name', (offsets, words) => {
    expect(refusal(() => refuseWrongClocks(offsets))).toContain(words)
  })
})

describe('programs', () => {
  it('that are missing are refused by name and machine', () => {
    const words = refusal(() =>
      refuseMissingTools([
        { name: 'm1', missingTools: [] },
        { name: 'w1', missingTools: ['openssl'] },
      ]),
    )
    expect(words).toContain('tools-missing: programs are missing: openssl on w1;')
    expect(refusal(() => refuseMissingTools([{ name: 'm1', missingTools: [] }]))).toBe('')
  })
})

describe('disks', () => {
  it('a full one is refused by machine and directory', () => {
    const free = (kib: number) => new Map([['/etc/kubernetes', kib]])
    const words = refusal(() =>
      refuseFullDisks([
        { name: 'm1', freeKib: free(1e6) },
        { name: 'm2', freeKib: free(12) },
      ]),
    )
    expect(words).toContain('disk-full: no room for /etc/kubernetes on m2 (0 MiB free)')
    expect(words).not.toContain('m1')
    expect(refusal(() => refuseFullDisks([{ name: 'm1', freeKib: free(1e6) }]))).toBe('')
  })
})

describe('the members of etcd', () => {
  const members = ['m1', 'm2'].map((name, index) => ({ id: `a${index}`, name, peerHosts: [`10.0.0.${index + 1}`] }))
  const listed = (name: string, some: Partial<ListedMember['etcd']> = {}): ListedMember => ({
    name,
    addresses: [],
    etcd: { hasData: true, identity: { clusterId: '1', memberId: name }, members, objects: new Map(), ...some },
  })
  const empty = (name: string): ListedMember => ({ name, addresses: [], etcd: { hasData: false, objects: new Map() } })

  it('are the control planes of the inventory, by name or by address', () => {
    expect(refusal(() => refuseWrongMembers([listed('m1'), listed('m2')]))).toBe('')
    expect(refusal(() => refuseWrongMembers([listed('m1'), { ...listed('other'), addresses: ['10.0.0.2'] }]))).toBe('')
  })

  it.each([
    ['a control plane missing from the inventory', [listed('m1')], /^control-plane-missing: .*lacks m2/],
    [
      'a worker named as a control plane',
      [listed('m1'), listed('m2'), empty('w1')],
      /^not-an-etcd-member: w1 is listed as a control plane/,
    ],
    ['an empty directory on one', [listed('m1'), empty('m2')], /^etcd-data-missing: .*no data on m2/],
    ['an empty directory on all', [empty('m1'), empty('m2')], /^etcd-data-missing: .*no data on m1, m2/],
    [
      'another etcd cluster',
      [listed('m1'), listed('m2', { identity: { clusterId: '2', memberId: 'm2' } })],
      /^etcd-clusters-differ: .*m2 has 2/,
    ],
  ])('refuses %s', (_name, machines, words) => {
    expect(refusal(() => refuseWrongMembers(machines))).toMatch(words)
  })
})

describe('one cluster', () => {
  it('machines share a CA, directly or through one another', () => {
    const machines = [
      { name: 'm1', knownCas: [ca] },
      { name: 'm2', knownCas: [ca, otherCa] },
      { name: 'w1', knownCas: [otherCa] },
      { name: 'w2', knownCas: [] },
    ]
    expect(refusal(() => refuseOtherClusters(machines))).toBe('')
    const foreign = machines.filter(({ name }) => name !== 'm2')
    expect(refusal(() => refuseOtherClusters([...foreign, { name: 'w3', knownCas: [ca] }]))).toContain(
      'other-cluster: by their CA, w1 belong to another cluster than m1, w3',
    )
  })

  it('the operator’s file is of this cluster', () => {
    const found = parseKubeadmConfig(v1beta4)
    expect(refusal(() => refuseOtherConfiguration(parseKubeadmConfig(plain), found))).toBe('')
    const other = parseKubeadmConfig(v1beta4.replace('lb.example:6443', 'lb.other:6443').replace('10.244', '10.10'))
    const words = refusal(() => refuseOtherConfiguration(other, found))
    expect(words).toContain('controlPlaneEndpoint is lb.other:6443 there and lb.example:6443 here')
    expect(words).toMatch(/^other-kubeadm-config: .*podSubnet/)
  })

  it('workers use the endpoint of the operator’s file', () => {
    const given = parseKubeadmConfig(v1beta4)
    expect(refusal(() => refuseOtherEndpoint(given, [{ name: 'w1', kubeletServer: 'https://lb.example:6443' }]))).toBe(
      '',
    )
    expect(refusal(() => refuseOtherEndpoint(given, [{ name: 'w1' }]))).toBe('')
    expect(refusal(() => refuseOtherEndpoint(given, [{ name: 'w1', kubeletServer: 'https://10.9.9.9:6443' }]))).toMatch(
      /^other-endpoint: .*the kubelet of w1 uses https:\/\/10.9.9.9:6443/,
    )
  })
})

it('etcd has its data in the configured directory', () => {
  const places = [
    { name: 'm1', etcdDataDir: '/var/lib/etcd' },
    { name: 'm2', etcdDataDir: '/var/lib/etcd.old' },
  ]
  expect(refusal(() => refuseMovedData(places, '/var/lib/etcd'))).toMatch(
    /^etcd-data-moved: .*\/var\/lib\/etcd.old on m2/,
  )
  expect(refusal(() => refuseMovedData(places.slice(0, 1), '/var/lib/etcd'))).toBe('')
  expect(refusal(() => refuseMovedData([{ name: 'm1' }], '/data/etcd'))).toBe('')
})

describe('paths of kubelet', () => {
  it('other than kubeadm’s are refused by name', () => {
    const machine = (name: string, ...otherPaths: string[]) => ({ name, otherPaths })
    expect(refusal(() => refuseOtherPaths([machine('m1'), machine('w1')]))).toBe('')
    const words = refusal(() => refuseOtherPaths([machine('m1'), machine('w1', '--root-dir=/data/kubelet')]))
    expect(words).toContain('on w1 (--root-dir=/data/kubelet); nothing was changed')
  })
})
