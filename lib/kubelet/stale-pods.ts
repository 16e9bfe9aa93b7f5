import { forEachNode } from '../engine/for-each-node.ts'
import { objectAt, objectIn, objectsAt, stringAt } from '../engine/json.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { ownStaticPods } from '../static-pods/components.ts'

/** A pod that still mounts a file or directory of the control plane that was deleted. */
export interface StalePod {
  readonly node: string
  /** namespace/name */
  readonly pod: string
  /** On its machine. */
  readonly path: string
}

/**
 * Finds pods of others, such as a backup of etcd, that mount something below /etc/kubernetes or the directory of certificates that was
 * deleted: a container keeps what was mounted when it was made, so it does not see what is at that path now. The kernel marks such mounts
 * (fs/d_path.c, `//deleted`). The control plane's own static pods are left out.
 */
export async function stalePods(
  { machines, config: { certificatesDir } }: Pick<ClusterState, 'machines' | 'config'>,
  signal: AbortSignal,
): Promise<StalePod[]> {
  return (await forEachNode(machines, (host) => staleOn(host, certificatesDir, signal))).flat()
}

async function staleOn({ node }: NodeState, certificatesDir: string, signal: AbortSignal): Promise<StalePod[]> {
  const script = bash`
${emitFunction}
found=$(grep -lsE ${` (/etc/kubernetes|${certificatesDir})(/[^ ]*)?//deleted `} /proc/[0-9]*/mountinfo || true)
if [ -z "$found" ]; then exit 0; fi
for file in $found; do
  id=$({ grep -oE '[0-9a-f]{64}' "$(dirname "$file")/cgroup" || true; } | tail -n 1)
  awk -v id="$id" 'id != "" && sub("//deleted$", "", $4) { print id, $4 }' "$file" 2> /dev/null || true
done | sort -u | emit mounts
{ crictl ps --output json 2> /dev/null || true; } | emit containers
`
  const { stdout } = await runScript(node, 'find pods that mount what was deleted', script, { signal })
  const text = parseFields(stdout)
  const pods = new Map(
    objectsAt(objectIn(text('containers')) ?? {}, 'containers').map((container) => {
      const labels = objectAt(container, 'labels')
      const [namespace = '', name = ''] = ['namespace', 'name'].map((key) =>
        stringAt(labels, `io.kubernetes.pod.${key}`),
      )
      return [stringAt(container, 'id') ?? '', `${namespace}/${name}`]
    }),
  )
  const own = new Set(ownStaticPods.map((name) => `kube-system/${name}-${node.name}`))
  const found = linesOf(text('mounts')).flatMap((line) => {
    const [id = '', path = ''] = line.split(' ')
    const pod = pods.get(id)
    const isBelow = ['/etc/kubernetes', certificatesDir].some((dir) => path === dir || path.startsWith(`${dir}/`))
    return pod === undefined || own.has(pod) || !isBelow
      ? []
      : [[`${pod} ${path}`, { node: node.name, pod, path }] as const]
  })
  return [...new Map(found).values()]
}
