import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Json } from '../model.ts'
import { restoredManifest } from './restored-manifest.ts'

const made = `apiVersion: v1
kind: Pod
metadata:
  annotations: { kubeadm.kubernetes.io/etcd.advertise-client-urls: 'https://10.0.0.2:2379' }
  labels: { component: etcd, tier: control-plane }
  name: etcd
  namespace: kube-system
spec:
  containers:
    - name: etcd
      image: etcd:1
      imagePullPolicy: IfNotPresent
      command: [etcd, --name=m2, --initial-cluster=m2=https://10.0.0.2:2380]
      livenessProbe: { failureThreshold: 8, httpGet: { host: 127.0.0.1, path: /livez, port: probe-port, scheme: HTTP } }
      ports: [{ containerPort: 2381, name: probe-port, protocol: TCP }]
      volumeMounts:
        - { name: data, mountPath: /var/lib/etcd }
        - { name: certs, mountPath: /certs, readOnly: true }
      resources: { requests: { cpu: 100m } }
  hostNetwork: true
  priority: 2000001000
  priorityClassName: system-node-critical
  securityContext: { seccompProfile: { type: RuntimeDefault } }
  volumes:
    - { name: data, hostPath: { path: /var/lib/etcd, type: DirectoryOrCreate } }
    - { name: certs, hostPath: { path: /certs } }
status: {}
`

interface Pod {
  readonly metadata: { annotations: Json; labels: Json; name: string; namespace: string }
  readonly spec: Record<string, unknown> & { containers: Record<string, unknown>[]; volumes: unknown[] }
}

/** In the network of its machine. */
const hostPorts = ({ ports }: Record<string, unknown>) =>
  Array.isArray(ports) ? { ports: (ports as Json[]).map((port) => ({ ...port, hostPort: port['containerPort'] })) } : {}

/** The pod of that manifest as the API shows it, with an edit of the manifest. */
function ran(edit: (pod: Pod) => void = () => undefined): Json {
  const pod = parse(made) as Pod
  edit(pod)
  const api = { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' }
  return {
    metadata: {
      ...pod.metadata,
      name: `${pod.metadata.name}-m2`,
      annotations: { ...pod.metadata.annotations, 'kubernetes.io/config.source': 'file' },
      uid: 'x',
      ownerReferences: [{ kind: 'Node' }],
    },
    spec: {
      ...pod.spec,
      containers: pod.spec.containers.map((container) => ({ ...container, ...api, ...hostPorts(container) })),
      nodeName: 'm2',
      ...{ restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', schedulerName: 'default-scheduler' },
      ...{ terminationGracePeriodSeconds: 30, enableServiceLinks: true, preemptionPolicy: 'PreemptLowerPriority' },
      tolerations: [{ effect: 'NoExecute', operator: 'Exists' }],
    },
    status: { phase: 'Running' },
  }
}
const restored = (pod: Json) => restoredManifest(made, pod, 'etcd')

describe('restoredManifest', () => {
  it('is kubeadm’s own text where the lost one said the same, in whatever order', () => {
    expect(restored(ran())).toBe(made)
    const reordered = ran(({ spec }) => {
      spec.volumes.reverse()
      const [container] = spec.containers
      for (const list of ['command', 'volumeMounts']) (container?.[list] as unknown[]).reverse()
    })
    expect(restored(reordered)).toBe(made)
  })

  const container = (change: Record<string, unknown>) => (pod: Pod) =>
    void Object.assign(pod.spec.containers[0] ?? {}, change)
  const spec = (change: Record<string, unknown>) => (pod: Pod) => void Object.assign(pod.spec, change)

  it.each<[string, (pod: Pod) => void]>([
    ['flags', container({ command: ['etcd', '--name=m2', '--initial-cluster-state=existing'] })],
    ['an image', container({ image: 'etcd:2' })],
    [
      'requests and limits',
      container({ resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2' } } }),
    ],
    ['a variable', container({ env: [{ name: 'GOGC', value: '80' }] })],
    [
      'a variable from a field',
      container({ env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }] }),
    ],
    ['a probe', container({ livenessProbe: { failureThreshold: 24, exec: { command: ['true'] } } })],
    ['no probe', container({ livenessProbe: undefined })],
    ['a security context', container({ securityContext: { runAsUser: 0, allowPrivilegeEscalation: false } })],
    ['a preStop hook', container({ lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } } })],
    ['a sidecar before it', ({ spec: { containers } }) => void containers.unshift({ name: 'backup', image: 'b:1' })],
    ['an init container', spec({ initContainers: [{ name: 'kms', image: 'kms:1', restartPolicy: 'Always' }] })],
    ['a host alias', spec({ hostAliases: [{ ip: '192.0.2.9', hostnames: ['a.example'] }] })],
    ['a volume in memory', ({ spec: { volumes } }) => void volumes.push({ name: 'x', emptyDir: { medium: 'Memory' } })],
    ['an empty volume', ({ spec: { volumes } }) => void volumes.push({ name: 'x', emptyDir: {} })],
    ['a label', ({ metadata }) => void Object.assign(metadata.labels, { team: 'ops' })],
    ['an annotation', ({ metadata }) => void Object.assign(metadata.annotations, { 'ops.example/by': 'hand' })],
  ])('has %s of the lost one, and all else', (_, edit) => {
    const wanted = parse(made) as Pod & { status?: object }
    edit(wanted)
    delete wanted.status
    const again = restored(ran(edit))
    expect(parse(again)).toEqual(JSON.parse(JSON.stringify(wanted)))
    // A repair that is run again has the same.
    expect(restoredManifest(again, ran(edit), 'etcd')).toBe(again)
  })
})
