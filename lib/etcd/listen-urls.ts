import { isIPv6 } from 'node:net'
import type { NodeState } from '../model.ts'
import { flagOf } from '../engine/flag-of.ts'

type Member = Pick<NodeState, 'address' | 'mirrorPodSpecs'>

/** Where kubeadm has a member listen on its own machine, by its address (cmd/kubeadm/app/phases/etcd/local.go). */
const loopbackOf = ({ address }: Member): string => (isIPv6(address) ? '[::1]' : '127.0.0.1')

/** All addresses of its machine. */
const unspecified = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['[::]', '[::1]'],
])

/** Pure: where a member is asked on its own machine: by the flags that it ran with, at its loopback address where it has one. */
export const clientUrlOf = (member: Member): URL =>
  listensAt(member, 'listen-client-urls') ?? new URL(`https://${loopbackOf(member)}:2379`)

/** Pure: where it gives its metrics there. */
export const metricsUrlOf = (member: Member): URL =>
  listensAt(member, 'listen-metrics-urls') ?? new URL(`http://${loopbackOf(member)}:2381`)

/** For a connection without a protocol: the address, and the port. */
export const placeOf = ({ hostname, port, protocol }: URL): readonly [string, number] => [
  hostname.replaceAll(/[[\]]/g, ''),
  Number(port || (protocol === 'https:' ? 443 : 80)),
]

function listensAt({ mirrorPodSpecs }: Member, flag: string): URL | undefined {
  const given = flagOf(mirrorPodSpecs.get('etcd')?.command, flag) ?? ''
  const urls = given.split(',').flatMap((text) => URL.parse(text.trim()) ?? [])
  for (const url of urls) url.hostname = unspecified.get(url.hostname) ?? url.hostname
  return urls.find(({ hostname }) => /^(127\..*|\[::1\]|localhost)$/.test(hostname)) ?? urls[0]
}
