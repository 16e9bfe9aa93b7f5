import { parse } from 'yaml'
import { expect, it } from 'vitest'
import type { ClusterState } from '../model.ts'
import { facts, fakeNode } from '../testing/fake-node.ts'
import { restrictedManifest, withRestricted } from './restricted-controller-manager.ts'

const full = `apiVersion: v1
kind: Pod
metadata: { labels: { component: kube-controller-manager, tier: control-plane }, name: kube-controller-manager, namespace: kube-system }
spec:
  containers:
  - command: [kube-controller-manager, "--controllers=*,bootstrapsigner,tokencleaner", --leader-elect=true, --root-ca-file=/etc/kubernetes/pki/ca.crt]
    image: registry.k8s.io/kube-controller-manager:v1.36.4
    name: kube-controller-manager
    ports: [{ containerPort: 10257 }]
    livenessProbe: { httpGet: { port: 10257 } }
    startupProbe: { httpGet: { port: 10257 } }
    volumeMounts: [{ mountPath: /etc/kubernetes/pki, name: k8s-certs }]
  hostNetwork: true
`

interface Pod {
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> }
  readonly spec: {
    readonly hostNetwork: boolean
    readonly containers: readonly (Record<string, unknown> & { readonly command: readonly string[] })[]
  }
}

const restricted = parse(restrictedManifest(full)) as Pod
const [container] = restricted.spec.containers

it('runs an allow-list without controllers that evict, delete or create pods', () => {
  const [controllers = ''] = container?.command.filter((word) => word.startsWith('--controllers=')) ?? []
  expect(controllers).toContain('root-ca-certificate-publisher-controller')
  expect(controllers).not.toMatch(/\*|lifecycle|taint|gc|garbage|replica|deployment|daemon|endpoint/)
})

it('keeps every other flag, and the volumes', () => {
  expect(container?.command).toContain('--root-ca-file=/etc/kubernetes/pki/ca.crt')
  // Kubelets are silent while it writes.
  expect(container?.command).toContain('--kube-api-qps=200')
  expect(container?.command.filter((word) => word.startsWith('--leader-elect'))).toEqual(['--leader-elect=false'])
  expect(container?.['volumeMounts']).toEqual([{ mountPath: '/etc/kubernetes/pki', name: 'k8s-certs' }])
  expect(restricted.spec.hostNetwork).toBe(true)
})

it('does not block the full one: a name of its own, no port, no probe', () => {
  expect(restricted.metadata.name).toBe('kube-controller-manager-restricted')
  expect(restricted.metadata.labels).toEqual({ component: 'kube-controller-manager-restricted', tier: 'control-plane' })
  expect(container?.command).toContain('--secure-port=0')
  expect(Object.keys(container ?? {}).filter((key) => key === 'ports' || key.endsWith('Probe'))).toEqual([])
})

it('refuses what is no manifest of kubeadm', () => expect(() => restrictedManifest('kind: Pod')).toThrow(TypeError))

it('is made of the controller manager alone where other containers stand beside it', () => {
  const sidecar = '  containers:\n  - { name: sidecar, image: x }'
  const pod = parse(restrictedManifest(full.replace('  containers:', sidecar))) as Pod
  expect(pod.spec.containers.map(({ command: [program] }) => program)).toEqual(['kube-controller-manager'])
})

it('is found on whichever control plane an earlier repair started it', async () => {
  const hosts = ['', 'yes', ''].map((restricted, index) => ({
    node: fakeNode(`m${index + 1}`, 'control-plane', {
      'check for the restricted controller manager': facts({ restricted }),
    }),
    facts: { manifestsDir: '/etc/kubernetes/manifests' },
  }))
  const cluster = { controlPlanes: hosts } as unknown as ClusterState
  const found = await withRestricted(cluster, new AbortController().signal)
  expect(found.map(({ node }) => node.name)).toEqual(['m2'])
})
