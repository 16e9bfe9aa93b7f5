import { forEachNode } from '../engine/for-each-node.ts'
import type { PlannedAction } from '../engine/step.ts'
import type { ClusterState, Component, NodeState } from '../model.ts'
import { bash, runScript, type Script } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { stoppedFor } from './components.ts'
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
const mounting = ['etcd', 'kube-apiserver', 'kube-controller-manager'] as const satisfies readonly Component[]
type MountingComponent = (typeof mounting)[number]

const title = 'compare the mounts of static pods with the disk'

/** The same for every component, so that a plan asks a machine once. */
function scriptFor(host: NodeState, certificatesDir: string): Script {
  return bash`
${emitFunction}
${manifestFunction(host)}
for component in ${mounting}; do
  if [ -s "$(manifest_of "$component")" ]; then echo "$component"; fi
done | emit installed
name=${`^(${mounting.join('|')})$`}
containers=$(crictl ps --label io.kubernetes.pod.namespace=kube-system --name "$name" --output json 2>/dev/null || true)
printf '%s' "$containers" | emit containers
ids=$({ grep -oE '"id": *"[0-9a-f]{64}"' <<< "$containers" || true; } | cut -d '"' -f 4)
if [ -z "$ids" ]; then exit 0; fi
groups=$(grep -sF "$ids" /proc/[0-9]*/cgroup || true)
for id in $ids; do
  pid=$({ grep -F "$id" <<< "$groups" || true; } | head -n 1 | cut -d / -f 3)
  for dir in ${[certificatesDir, `${certificatesDir}/etcd`]}; do
    if [ -z "$pid" ] || ! grep -qsF " $dir " "/proc/$pid/mountinfo"; then continue; fi
    mounted=$(stat -L -c %d:%i "/proc/$pid/root$dir" 2>/dev/null || true)
    if [ -n "$mounted" ] && [ "$mounted" != "$(stat -L -c %d:%i "$dir" 2>/dev/null || true)" ]; then echo "$id $dir"; fi
  done
done | emit stale
{ stat -c %.3Y ${`${certificatesDir}/etcd/ca.crt`} 2>/dev/null || true; } | emit etcd-ca-written-at
`
}

/**
 * Finds static pods whose mounted directory of certificates is not the one at its path: it was deleted or moved away, and a container
 * keeps what was mounted when it was made. etcd reads its certificates for every connection and answers none without them; an API server
 * keeps those that it has in memory, and reads no new ones. Pods without a manifest are left out, since they are removed.
 * @param disconnected whether one that is older than etcd's CA is cut off, since etcd and its clients read that CA at their start only;
 * asked of such a one alone
 */
export async function outdatedStaticPods(
  { controlPlanes, config: { certificatesDir }, learned }: Pick<ClusterState, 'controlPlanes' | 'config' | 'learned'>,
  component: MountingComponent,
  signal: AbortSignal,
  disconnected?: (host: NodeState) => Promise<boolean>,
): Promise<OutdatedStaticPod[]> {
  // In a plan: it is stopped before, and made anew.
  if (learned.replaced && stoppedFor(learned.replaced).includes(component)) return []
  const found = await forEachNode(controlPlanes, async (host): Promise<OutdatedStaticPod[]> => {
    const text = parseFields((await runScript(host.node, title, scriptFor(host, certificatesDir), { signal })).stdout)
    const process = processOf(text('containers'), component)
    if (process.state !== 'running' || !linesOf(text('installed')).includes(component)) return []
    const [directory] = linesOf(text('stale')).flatMap((line) =>
      line.startsWith(`${process.container} `) ? [line.slice(process.container.length + 1)] : [],
    )
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
