import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { fieldsOf } from './fields-of.ts'

test('takes a manifest apart by names, so that order says nothing', () => {
  const manifest = parse(`
kind: Pod
spec:
  hostNetwork: true
  containers:
    - name: etcd
      command: [etcd, --name=m1, --quota, --listen=a, --listen=b=c]
      env: [{ name: A, value: x }]
      volumeMounts: [{ name: data, mountPath: /var/lib/etcd }]
  volumes: [{ name: data, hostPath: { path: /var/lib/etcd } }]
  tolerations: [{ operator: Exists }]
  list: [b, a]
  nothing: null
`) as unknown
  expect(fieldsOf(manifest)).toEqual({
    kind: 'Pod',
    'spec.hostNetwork': 'true',
    'spec.containers.etcd.name': 'etcd',
    'spec.containers.etcd.command.word 0': 'etcd',
    'spec.containers.etcd.command.--name': 'm1',
    'spec.containers.etcd.command.--quota': '--quota',
    'spec.containers.etcd.command.--listen': 'a b=c',
    'spec.containers.etcd.env.A.name': 'A',
    'spec.containers.etcd.env.A.value': 'x',
    'spec.containers.etcd.volumeMounts./var/lib/etcd.name': 'data',
    'spec.containers.etcd.volumeMounts./var/lib/etcd.mountPath': '/var/lib/etcd',
    'spec.volumes.data.name': 'data',
    'spec.volumes.data.hostPath.path': '/var/lib/etcd',
    'spec.tolerations.0.operator': 'Exists',
    'spec.list': '["b","a"]',
    'spec.nothing': 'null',
  })
})

test('elements of one name are told apart by their place', () => {
  expect(fieldsOf({ env: [{ name: 'A' }, { name: 'A' }] })).toEqual({ 'env.0.name': 'A', 'env.1.name': 'A' })
})

test.each([[null], [[]], [''], [7]])('anything is a field: %j', (value) => {
  expect(Object.keys(fieldsOf(value)).length).toBeLessThanOrEqual(1)
})
