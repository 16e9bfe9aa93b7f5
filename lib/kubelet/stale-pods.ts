import { forEachNode } from '../engine/for-each-node.ts'
import { objectAt, objectIn, objectsAt, stringAt } from '../engine/json.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import { ownStaticPods } from '../static-pods/components.ts'

/** A pod that still mounts a file or directory of the control plane that was deleted or moved away. */
export interface StalePod {
  readonly node: string
  /** namespace/name */
  readonly pod: string
  /** On its machine. */
  readonly path: string
}

/**
 * Finds pods of others, such as a backup of etcd, that mount something below /etc/kubernetes or the directory of certificates that was
 * deleted or moved away: a container keeps what was mounted when it was made, so it does not see what is at that path now. The kernel marks
 * mounts of what was deleted (fs/d_path.c, `//deleted`); whether something was moved, the runtime's record of the path tells. The control
 * plane's own static pods are left out.
 */
export async function stalePods(
  { machines, config: { certificatesDir } }: Pick<ClusterState, 'machines' | 'config'>,
  signal: AbortSignal,
): Promise<StalePod[]> {
  return (await forEachNode(machines, (host) => staleOn(host, certificatesDir, signal))).flat()
}

const columns = ['$id', '$pid', '.hostPath', '.containerPath'].map((value) => `{{${value}}}`).join('{{"\\t"}}')
const mountsOfOne = `{{$id := .status.id}}{{$pid := .info.pid}}{{range .status.mounts}}${columns}{{"\\n"}}{{end}}`
/**
 * A line for each mount of a container: its id, its process, the path on the machine, and the one inside. Of several containers crictl
 * makes a list (cri-tools 1.31 and later), or prints one after another.
 */
const mountsTemplate = `{{define "one"}}${mountsOfOne}{{end}}{{if eq (printf "%.1s" (print .)) "["}}{{range .}}{{template "one" .}}{{end}}{{else}}{{template "one" .}}{{end}}`

async function staleOn({ node }: NodeState, certificatesDir: string, signal: AbortSignal): Promise<StalePod[]> {
  const script = bash`
${emitFunction}
found=$(grep -lsE ${` (/etc/kubernetes|${certificatesDir})(/[^ ]*)?//deleted `} /proc/[0-9]*/mountinfo || true)
mounts=$(crictl ps --quiet 2> /dev/null |
  xargs --no-run-if-empty crictl --timeout 10s inspect --output go-template --template ${mountsTemplate} 2> /dev/null |
  grep -E ${`\t(/etc/kubernetes|${certificatesDir})(/|\t)`} || true)
if [ -z "$found$mounts" ]; then exit 0; fi
for file in $found; do
  id=$({ grep -oE '[0-9a-f]{64}' "$(dirname "$file")/cgroup" || true; } | tail -n 1)
  awk -v id="$id" 'id != "" && sub("//deleted$", "", $4) { print id, $4 }' "$file" 2> /dev/null || true
done | sort -u | emit mounts
while IFS=$'\t' read -r id pid path inside; do
  mounted=$(stat -L -c %d:%i "/proc/$pid/root$inside" 2> /dev/null || true)
  if [ -n "$mounted" ] && [ "$mounted" != "$(stat -L -c %d:%i "$path" 2> /dev/null || true)" ]; then echo "$id $path"; fi
done <<< "$mounts" | emit moved
{ crictl ps --output json 2> /dev/null || true; } | emit containers
`
  const { stdout } = await runScript(node, 'find pods that mount what was deleted or moved', script, { signal })
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
  const found = [...linesOf(text('mounts')), ...linesOf(text('moved'))].flatMap((line) => {
    const [id = '', path = ''] = line.split(' ')
    const pod = pods.get(id)
    const isBelow = ['/etc/kubernetes', certificatesDir].some((dir) => path === dir || path.startsWith(`${dir}/`))
    return pod === undefined || own.has(pod) || !isBelow
      ? []
      : [[`${pod} ${path}`, { node: node.name, pod, path }] as const]
  })
  return [...new Map(found).values()]
}
