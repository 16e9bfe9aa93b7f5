import { expect, test } from 'vitest'
import { hashIn, revisionIn } from './etcd-data.ts'

// As etcdctl 3.6 prints them.
const status =
  '[{"Endpoint":"https://127.0.0.1:2379","Status":{"header":{"cluster_id":1,"member_id":2,"revision":1234,"raft_term":3}}}]'
const hash =
  '[{"Endpoint":"https://127.0.0.1:2379","HashKV":{"header":{"revision":1240},"hash":3105183,"compact_revision":900,"hash_revision":1234}}]'

test('reads the revision, and the hash of a member at one', () => {
  expect(revisionIn(status)).toBe(1234)
  expect(hashIn(hash, 1234)).toEqual({ revision: 1234, compacted: 900, hash: 3105183 })
})

test('before the first compaction, and where etcd does not say for which revision the hash is', () => {
  expect(hashIn('[{"HashKV":{"hash":5}}]', 7)).toEqual({ revision: 7, compacted: 0, hash: 5 })
})

test.each(['', 'Error: context deadline exceeded', '[]', '{}'])('anything else is no answer: %j', (text) => {
  expect(revisionIn(text)).toBeUndefined()
  expect(hashIn(text, 7)).toBeUndefined()
})
