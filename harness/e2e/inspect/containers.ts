import { randomUUID } from 'node:crypto'
import type { Node } from '../../../lib/node.ts'
import { runtimeContainersOf, type RuntimeContainer } from '../../observe/runtime-containers.ts'
import { linesOf, shell } from './shell.ts'

const controlPlane = new Set(['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'])

/** The containers that run on a machine, without the control plane's own (a repair's too). */
export async function othersRunning(machine: Node): Promise<RuntimeContainer[]> {
  const found = runtimeContainersOf(await shell(machine, 'crictl ps --output json'))
  return found.filter(
    ({ namespace, name }) => !(namespace === 'kube-system' && (controlPlane.has(name) || name.endsWith('-restricted'))),
  )
}

/** The names of the control plane's containers that run on a machine. */
export async function controlPlaneRunning(machine: Node): Promise<string[]> {
  const found = runtimeContainersOf(await shell(machine, 'crictl ps --output json'))
  return found
    .filter(({ namespace, name }) => namespace === 'kube-system' && controlPlane.has(name))
    .map(({ name }) => name)
}

/** Sandboxes of the control plane, dead ones too. */
export const controlPlaneSandboxes = async (machine: Node): Promise<string[]> =>
  linesOf(await shell(machine, 'crictl pods --namespace kube-system --label tier=control-plane --quiet'))

/** The command lines of all controller managers that run on a machine, whoever started them. */
export async function controllerManagers(machine: Node): Promise<string[]> {
  const script = `
for file in /proc/[0-9]*/cmdline; do
  { tr '\\0' ' ' < "$file"; echo; } 2> /dev/null || true
done | grep '^\\S*kube-controller-manager ' || true`
  return linesOf(await shell(machine, script))
}

/** Leaves a sandbox as a dead scheduler does, on a machine whose kubelet is stopped and cannot tidy it up. */
export async function leaveSandbox(machine: Node): Promise<void> {
  const name = `kube-scheduler-${machine.name}`
  const sandbox = {
    metadata: { name, namespace: 'kube-system', uid: randomUUID(), attempt: 0 },
    labels: {
      component: 'kube-scheduler',
      tier: 'control-plane',
      'io.kubernetes.pod.name': name,
      'io.kubernetes.pod.namespace': 'kube-system',
    },
    // containerd wants a slice where systemd manages the cgroups; network 2 is that of the machine.
    linux: { cgroup_parent: 'system.slice', security_context: { namespace_options: { network: 2 } } },
  }
  const script = 'systemctl stop kubelet && crictl runp /dev/stdin'
  await shell(machine, script, JSON.stringify(sandbox))
}
