import { randomUUID } from 'node:crypto'
import { components } from '../../observe/control-plane-files.ts'
import { runtimeContainersOf, type RuntimeContainer } from '../../observe/runtime-containers.ts'
import { linesOf, on, type Named } from './shell.ts'

const ofControlPlane: ReadonlySet<string> = new Set(components)

const running = async (machine: Named): Promise<readonly RuntimeContainer[]> =>
  runtimeContainersOf(await on(machine)`crictl ps --output json`)

/** The containers that run on a machine, without the control plane's own (a repair's too). */
export async function othersRunning(machine: Named): Promise<RuntimeContainer[]> {
  return (await running(machine)).filter(
    ({ namespace, name }) => namespace !== 'kube-system' || !(ofControlPlane.has(name) || name.endsWith('-restricted')),
  )
}

/** The names of the control plane's containers that run on a machine, sorted. */
export async function controlPlaneRunning(machine: Named): Promise<string[]> {
  const found = await running(machine)
  return found
    .filter(({ namespace, name }) => namespace === 'kube-system' && ofControlPlane.has(name))
    .map(({ name }) => name)
    .sort()
}

/** Sandboxes of the control plane, dead ones too. */
export const controlPlaneSandboxes = async (machine: Named): Promise<string[]> =>
  linesOf(await on(machine)`crictl pods --namespace kube-system --label tier=control-plane --quiet`)

/** The command lines of all controller managers that run on a machine, whoever started them. */
export async function controllerManagers(machine: Named): Promise<string[]> {
  const commandLines = await on(machine)`
for file in /proc/[0-9]*/cmdline; do
  { tr '\0' ' ' < "$file"; echo; } 2> /dev/null || true
done | grep '^\S*kube-controller-manager ' || true`
  return linesOf(commandLines)
}

/** Leaves a sandbox as a dead scheduler does, on a machine whose kubelet is stopped and cannot clean it up. */
export async function leaveSandbox(machine: Named): Promise<void> {
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
  await on(machine, JSON.stringify(sandbox))`systemctl stop kubelet && crictl runp /dev/stdin`
}
