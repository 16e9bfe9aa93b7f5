import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { usesLeaseElection } from './current-leader.ts'

const manager = 'kube-controller-manager'
const manifest = (...flags: readonly string[]) =>
  stringify({ spec: { containers: [{ command: ['kube-controller-manager', ...flags] }] } })

it('as kubeadm makes it, a component waits for its lease', () => {
  expect(usesLeaseElection(manifest('--bind-address=127.0.0.1', '--leader-elect=true'), manager)).toBe(true)
})

it.each([
  ['no election', manifest('--leader-elect=false')],
  ['no word of one', manifest()],
  ['the last word against it', manifest('--leader-elect=true', '--leader-elect=false')],
  ['another lease', manifest('--leader-elect=true', '--leader-elect-resource-name=mine')],
  ['a file that may name another', manifest('--leader-elect=true', '--config=/etc/kubernetes/scheduler.yaml')],
  [
    'a lease that the API server gives away',
    manifest('--leader-elect=true', '--feature-gates=A=true,CoordinatedLeaderElection=true'),
  ],
  ['no manifest', ''],
])('not with %s', (_, text) => {
  expect(usesLeaseElection(text, manager)).toBe(false)
})

it('of several containers the component’s own counts', () => {
  const containers = [
    { name: 'sidecar', command: ['x'] },
    { name: manager, command: [manager, '--leader-elect=true'] },
  ]
  expect(usesLeaseElection(stringify({ spec: { containers } }), manager)).toBe(true)
})
