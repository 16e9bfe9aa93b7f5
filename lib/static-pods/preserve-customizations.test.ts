import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { isManifest, preserveCustomizations } from './preserve-customizations.ts'
import { staticPodSpecFromJson } from './stored-pod.ts'
import type { StaticPodSpec, Json } from '../model.ts'

const made = `apiVersion: v1
kind: Pod
metadata: { name: etcd }
spec:
  containers:
    - name: etcd
      image: etcd:1
      command: [etcd, --name=m2, --initial-cluster=m2=https://10.0.0.2:2380]
      volumeMounts:
        - { name: data, mountPath: /var/lib/etcd }
        - { name: certs, mountPath: /certs, readOnly: true }
      resources: { requests: { cpu: 100m } }
  hostNetwork: true
  volumes:
    - { name: data, hostPath: { path: /var/lib/etcd, type: DirectoryOrCreate } }
    - { name: certs, hostPath: { path: /certs } }
`
const facts = staticPodSpecFromJson(parse(made) as Json) as StaticPodSpec

describe('asItRan', () => {
  it('is the manifest itself where the lost one said the same in another order', () => {
    const ran = { ...facts, command: facts.command.toReversed(), mounts: facts.mounts.toReversed() }
    expect(preserveCustomizations(made, ran)).toBe(made)
  })

  it('has the requests and limits that the lost one had', () => {
    const resources = { requests: { cpu: '500m', memory: '1Gi' }, limits: {} }
    const text = preserveCustomizations(made, { ...facts, resources })
    expect(staticPodSpecFromJson(parse(text) as Json)?.resources).toEqual(resources)
    expect(text).not.toContain('limits')
  })

  it('has the flags and the environment that the lost one had, and is else as kubeadm writes it', () => {
    const command = ['etcd', '--name=m2', '--initial-cluster-state=existing']
    const text = preserveCustomizations(made, { ...facts, command, env: [{ name: 'A', value: 'b' }] })
    const wanted = parse(made) as { spec: { containers: [object] } }
    Object.assign(wanted.spec.containers[0], { command, env: [{ name: 'A', value: 'b' }] })
    expect(parse(text)).toEqual(wanted)
    expect(text).not.toContain('readOnly: false')
  })
})

const cut = made.slice(0, made.indexOf('image:')).trimEnd()

it.each([
  ['a whole manifest', made, true],
  ['nothing', '', false],
  ['a manifest that ends before its image', cut, false],
  ['a part of one', made.slice(0, 200), false],
])('tells whether kubelet can run it: %s', (_, text, expected) => {
  expect(isManifest(text)).toBe(expected)
})
