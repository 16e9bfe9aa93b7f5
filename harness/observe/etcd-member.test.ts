import { expect, test } from 'vitest'
import { etcdMemberOf } from './etcd-member.ts'

const list =
  '{"header":{"cluster_id":12593026477526642892,"member_id":16449250771884659557,"raft_term":2},' +
  '"members":[{"ID":16449250771884659557,"name":"a"},{"ID":18249187646912138824,"name":"b"}]}\n'

test('ids keep all their 64 bits', () => {
  expect(etcdMemberOf(list)).toEqual({
    clusterId: '12593026477526642892',
    memberId: '16449250771884659557',
    members: 2,
  })
  expect(JSON.parse(list)).not.toMatchObject({ header: { cluster_id: 12593026477526642892n } })
})

test.each(['', 'context deadline exceeded', '{}', '{"header":{}}', '[]', list.slice(0, 120)])(
  'what is no member list is no member: %j',
  (text) => expect(etcdMemberOf(text)).toBeNull(),
)
