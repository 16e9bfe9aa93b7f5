import type { Identities } from '../checks/nothing-else-replaced/collect.ts'
import { components } from '../observe/control-plane-files.ts'
import type { RuntimeContainer } from '../observe/runtime-containers.ts'
import { moment, moments, wallAt, type When } from './good-moments.ts'

/** Made again by the repair, as in a run of lost-pki. */
export function staticPods(when: When): RuntimeContainer[] {
  const age = when === 'settled' ? 'new' : 'old'
  return components.map((name) => ({
    podUid: `uid-${name}-${age}`,
    namespace: 'kube-system',
    pod: `${name}-control-plane`,
    name,
    id: `container-${name}-${age}`,
    sandboxId: `sandbox-${name}-${age}`,
    createdAt: wallAt(when === 'settled' ? moments.recovered : 0),
    running: true,
  }))
}

export function identities(when: When, age: string): Identities {
  const kubelet = ['/etc/kubernetes/kubelet.conf', '/var/lib/kubelet/pki/kubelet-client-current.pem']
  const plane = ['pki/ca.crt', 'pki/ca.key', 'pki/sa.pub', 'pki/apiserver.crt', 'admin.conf'].map(
    (path) => `/etc/kubernetes/${path}`,
  )
  const machine = (node: string, role: 'control-plane' | 'worker', lost: readonly string[]) => ({
    node,
    role,
    files: {
      '/var/lib/kubelet/config.yaml': 'as it was',
      ...Object.fromEntries(lost.map((path) => [path, `${path} ${age}`])),
    },
    kubelet: { pid: age, started: age },
  })
  return {
    ...moment(when),
    machines: [
      machine('control-plane', 'control-plane', [...kubelet, ...plane]),
      machine('worker', 'worker', [...kubelet, '/etc/kubernetes/pki/ca.crt']),
      machine('worker2', 'worker', [...kubelet, '/etc/kubernetes/pki/ca.crt']),
    ],
  }
}
