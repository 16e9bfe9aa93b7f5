import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { usesLeaseElection } from './current-leader.ts'

const manifest = (...flags: readonly string[]) =>
  stringify({ spec: { containers: [{ command: ['kube-controller-manager', ...flags] }] } })

it('as kubeadm makes it, a component waits for its lease', () => {
  expect(usesLeaseElection(manifest('--bind-address=127.0.0.1', '--leader-elect=true'))).toBe(true)
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
  expect(usesLeaseElection(text)).toBe(false)
})
