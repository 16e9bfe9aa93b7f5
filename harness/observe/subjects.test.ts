import { expect, test } from 'vitest'
import type { Subject } from '../model/subject.ts'
import { subjectOfFile, withParts } from './subjects.ts'

const all = ['api-server-certificates', 'etcd-certificates', 'front-proxy-certificates'] as const

test.each<[string, Subject]>([
  ['apiserver', 'api-server-certificates'],
  ['apiserver-kubelet-client', 'api-server-certificates'],
  ['apiserver-etcd-client', 'etcd-certificates'],
  ['etcd/server', 'etcd-certificates'],
  ['front-proxy-client', 'front-proxy-certificates'],
  ['of-an-operator', 'control-plane-certificates'],
])('certificate and key %s are %s', (name, subject) => {
  for (const end of ['crt', 'key'])
    expect(subjectOfFile(`/etc/kubernetes/pki/${name}.${end}`, 'control-plane')).toBe(subject)
})

test('what one CA signs is part of all certificates, and not the other way round', () => {
  for (const each of all) {
    expect(withParts(['control-plane-certificates'])).toContain(each)
    expect([...withParts([each])]).toEqual([each])
  }
})
