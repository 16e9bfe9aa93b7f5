import { describe, expect, it } from 'vitest'
import { PreconditionError } from '../engine/errors.ts'
import { readEtcdStatus, requireOldCluster, type EtcdStatus } from './etcd-status.ts'

const output = (
  members: number,
  namespaces: number,
  pods: number,
) => `{"header":{"cluster_id":7193548503904309421,"member_id":175233138742228877,"raft_term":3},"members":[${Array.from({ length: members }, (_, index) => `{"ID":17523313874222887${index},"name":"m${index}"}`).join(',')}]}
"ClusterID" : 7193548503904309421
"Count" : ${namespaces}
"ClusterID" : 7193548503904309421
"Count" : ${pods}
`

const status = (some: Partial<EtcdStatus>): EtcdStatus => ({ ...readEtcdStatus('m1', output(1, 5, 12)), ...some })

it('reads ids that no number can hold', () => {
  expect(readEtcdStatus('m1', output(3, 5, 12))).toEqual({
    node: 'm1',
    clusterId: '7193548503904309421',
    memberId: '175233138742228877',
    members: 3,
    namespaces: 5,
    pods: 12,
  })
})

it('reads nothing out of nothing', () => {
  expect(readEtcdStatus('m1', '')).toMatchObject({ clusterId: '', members: 0, namespaces: 0, pods: 0 })
})

describe('requireOldCluster', () => {
  it('lets the old cluster pass', () => {
    requireOldCluster([status({})])
    requireOldCluster(['m1', 'm2', 'm3'].map((node) => status({ node, members: 3 })))
  })

  it.each([
    ['an empty cluster', [status({ namespaces: 0, pods: 0 })], 'no API server was started'],
    ['a cluster that lost its pods', [status({ pods: 0 })], '0 pods'],
    [
      'a member that became a cluster of its own',
      [status({ members: 2 }), status({ node: 'm2', clusterId: '1' })],
      'm2 has 1',
    ],
    ['a control plane that is not listed', [status({ members: 3 })], '3 members'],
    ['a member that is gone', [status({}), status({ node: 'm2' })], '1 members'],
    ['an answer without an id', [status({ clusterId: '' })], 'none'],
  ])('stops before %s', (_, statuses, words) => {
    expect(() => requireOldCluster(statuses)).toThrow(PreconditionError)
    expect(() => requireOldCluster(statuses)).toThrow(words)
  })
})
