import { describe, expect, it } from 'vitest'
import type { EtcdFiles } from '../etcd/etcd-files.ts'
import { configMapData, staticPodSpecOf } from '../static-pods/stored-pod.ts'
import { storedConfigMap, storedPod } from '../testing/etcd-bytes.ts'
import { v1beta4 } from '../testing/kubeadm-config.ts'
import { configFromEtcd, kubeadmConfigKey, mirrorPodKey, mirrorPodSpecs } from './config-from-etcd.ts'
import { filesOfPods } from './required-files.ts'

const [cluster = ''] = v1beta4.split('---\n')
const command = ['kube-apiserver', '--secure-port=7443', '--audit-policy-file=/extra/policy.yaml', '--v=2']
const pod = storedPod('registry.k8s.io/kube-apiserver:v1.36.4', command, '/srv/audit', 'File')

function etcd(objects: Readonly<Record<string, readonly [revision: number, value: Buffer]>>): EtcdFiles {
  const stored = Object.entries(objects).map(([key, [revision, value]]) => [key, { key, revision, value }] as const)
  return { hasData: true, objects: new Map(stored) }
}

describe('foundConfiguration', () => {
  const source = (revision: number, text: string) => ({
    name: 'm1',
    etcd: etcd({
      [kubeadmConfigKey]: [revision, storedConfigMap({ ClusterConfiguration: text })],
      [mirrorPodKey('kube-apiserver', 'm1')]: [3, pod],
    }),
  })

  it('is the newest that any control plane has, with the port that the API server had', () => {
    const found = configFromEtcd([source(4, cluster), source(9, cluster.replace('prod', 'newest'))])
    expect(found?.cluster['clusterName']).toBe('newest')
    expect(found?.bindPort).toBe(7443)
  })

  it('is nothing where etcd holds none, and refused where it is encrypted', () => {
    expect(configFromEtcd([{ name: 'm1', etcd: etcd({}) }])).toBeUndefined()
    const encrypted = etcd({ [kubeadmConfigKey]: [1, Buffer.from('k8s:enc:aescbc:v1:key1:xxxx')] })
    expect(() => configFromEtcd([{ name: 'm1', etcd: encrypted }])).toThrow('encrypted at rest')
  })
})

describe('mirror pods', () => {
  it('tell flags, image, mounts, volumes and resources, as protobuf and as JSON', () => {
    const facts = staticPodSpecOf(pod, 'kube-apiserver')
    expect(facts).toMatchObject({
      image: 'registry.k8s.io/kube-apiserver:v1.36.4',
      command,
      env: [],
      mounts: [{ name: 'extra', mountPath: '/extra', readOnly: true }],
      volumes: [{ name: 'extra', path: '/srv/audit', type: 'File' }],
      resources: { limits: { memory: '2Gi' }, requests: { cpu: '250m', memory: '1Gi' } },
    })
    const json = {
      spec: {
        containers: [{ image: facts?.image, command, volumeMounts: facts?.mounts, resources: facts?.resources }],
        volumes: [{ name: 'extra', hostPath: { path: '/srv/audit', type: 'File' } }],
      },
    }
    const same = Object.fromEntries(Object.entries(facts ?? {}).filter(([key]) => key !== 'pod'))
    expect(staticPodSpecOf(Buffer.from(JSON.stringify(json)), 'kube-apiserver')).toMatchObject(same)
  })

  it('name the files that only an operator brings back, where they are on the machine', () => {
    const ran = mirrorPodSpecs('m1', etcd({ [mirrorPodKey('kube-apiserver', 'm1')]: [3, pod] }))
    expect(filesOfPods(ran.values(), new Set())).toEqual(['/srv/audit/policy.yaml', '/srv/audit'])
  })

  it('say nothing where they are encrypted or something else', () => {
    const strange = (value: Buffer) =>
      mirrorPodSpecs('m1', etcd({ [mirrorPodKey('kube-apiserver', 'm1')]: [3, value] })).size
    expect([Buffer.from('k8s:enc:x'), Buffer.from('?'), Buffer.from('{}')].map(strange)).toEqual([0, 0, 0])
    expect(configMapData(Buffer.from('?'))).toBeUndefined()
  })
})
