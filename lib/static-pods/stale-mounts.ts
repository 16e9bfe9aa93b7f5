import { forEachNode } from '../engine/for-each-node.ts'
import type { PlannedAction } from '../engine/step.ts'
import type { ClusterState, Component, NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { manifestFunction } from './manifests.ts'
import { processOf, type StaticPodProcess } from './processes.ts'

/** A static pod that runs with certificates of before. */
export interface OutdatedStaticPod {
  readonly host: NodeState
  readonly component: Component
  readonly process: StaticPodProcess
  readonly reason: string
}

/** Those that mount directories of certificates. A scheduler mounts its kubeconfig alone, which it reads at its start only. */
type MountingComponent = Exclude<Component, 'kube-scheduler'>

/**
 * Finds static pods whose mounted directory of certificates is not the one at its path: it was deleted or moved away, and a container
 * keeps what was mounted when it was made. etcd reads its certificates for every connection and answers none without them; an API server
 * keeps those that it has in memory, and reads no new ones. Pods without a manifest are left out, since they are removed.
 * @param disconnected whether one that is older than etcd's CA is cut off, since etcd and its clients read that CA at their start only;
 * asked of such a one alone
 */
export async function outdatedStaticPods(
  { controlPlanes, config: { certificatesDir } }: Pick<ClusterState, 'controlPlanes' | 'config'>,
  component: MountingComponent,
  signal: AbortSignal,
  disconnected?: (host: NodeState) => Promise<boolean>,
): Promise<OutdatedStaticPod[]> {
  const found = await forEachNode(controlPlanes, async (host): Promise<OutdatedStaticPod[]> => {
    const script = bash`
${emitFunction}
${manifestFunction(host)}
if [ ! -s "$(manifest_of ${component})" ]; then exit 0; fi
containers=$(crictl ps --label io.kubernetes.pod.namespace=kube-system --name ${`^${component}$`} --output json 2>/dev/null || true)
printf '%s' "$containers" | emit containers
id=$({ grep -oE '"id": *"[0-9a-f]{64}"' <<< "$containers" || true; } | head -n 1 | cut -d '"' -f 4)
if [ -z "$id" ]; then exit 0; fi
pid=$({ grep -slF "$id" /proc/[0-9]*/cgroup || true; } | head -n 1 | cut -d / -f 3)
if [ -z "$pid" ]; then exit 0; fi
for dir in ${[certificatesDir, `${certificatesDir}/etcd`]}; do
  if ! grep -qF " $dir " "/proc/$pid/mountinfo"; then continue; fi
  mounted=$(stat -L -c %d:%i "/proc/$pid/root$dir" 2>/dev/null || true)
  if [ -n "$mounted" ] && [ "$mounted" != "$(stat -L -c %d:%i "$dir" 2>/dev/null || true)" ]; then echo "$dir"; fi
done | emit stale
{ stat -c %.3Y ${`${certificatesDir}/etcd/ca.crt`} 2>/dev/null || true; } | emit etcd-ca-written-at
`
    const title = `compare the mounts of ${component} with the disk`
    const text = parseFields((await runScript(host.node, title, script, { signal })).stdout)
    const process = processOf(text('containers'), component)
    const [directory] = linesOf(text('stale'))
    if (process.state !== 'running') return []
    const of = (reason: string) => [{ host, component, process, reason }]
    if (directory !== undefined)
      return of(`${directory} was deleted or moved away under it, so that it sees no new certificates`)
    const isOlder = process.startedAt < Number(text('etcd-ca-written-at'))
    return isOlder && (await disconnected?.(host)) ? of('it started before the CA of etcd was written') : []
  })
  return found.flat()
}

/** One of them in a plan. */
export const describeRestart = ({ host, component, reason }: OutdatedStaticPod): PlannedAction[] => [
  { node: host.node.name, action: `restart ${component}`, reason },
]
