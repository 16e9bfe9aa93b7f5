import type { ClusterState } from './cluster-state.ts'

/** What differs between two states of a cluster between which nothing may have changed, a line each. */
export function stateChanges(before: ClusterState, after: ClusterState): readonly string[] {
  return [
    ...before.machines.flatMap((machine) => machineChanges(machine, after)),
    // Without its API a cluster is not at rest: a container may end by itself.
    ...(before.objects === null ? [] : containerChanges(before, after)),
    ...objectChanges(before, after),
  ]
}

type MachineState = ClusterState['machines'][number]

function machineChanges(old: MachineState, { machines }: ClusterState): readonly string[] {
  const now = machines.find(({ node }) => node === old.node)
  if (!now) return []
  const paths = [...new Set([...Object.keys(old.files), ...Object.keys(now.files)])].sort()
  return [
    ...paths.flatMap((path) => {
      const what = fileChange(old.files[path], now.files[path])
      return what === undefined ? [] : [`${old.node}: ${path} ${what}`]
    }),
    ...(now.kubelet === old.kubelet ? [] : [`${old.node}: kubelet was restarted`]),
  ]
}

type FileState = MachineState['files'][string]

function fileChange(old: FileState | undefined, now: FileState | undefined): string | undefined {
  if (!old || !now) return now ? 'is new' : 'is gone'
  if (old.sum !== now.sum || old.link !== now.link) return 'was changed'
  if (old.inode !== now.inode) return 'was rewritten with the same content'
  if (old.mode !== now.mode || old.owner !== now.owner) return 'has another mode or owner'
  return old.modified !== now.modified || old.changed !== now.changed ? 'was touched' : undefined
}

/** Of pods that were ready: the containers that ran still run, and none was made beside them. */
function containerChanges(before: ClusterState, after: ClusterState): readonly string[] {
  const unready = new Set([...before.unready, ...after.unready])
  const containersOf = ({ runtime }: ClusterState) =>
    runtime.flatMap(({ node, containers }) =>
      (containers ?? []).filter(({ podUid }) => !unready.has(podUid)).map((container) => ({ node, ...container })),
    )
  const [old, now] = [containersOf(before), containersOf(after)]
  const known = new Set(old.map(({ id }) => id))
  const running = new Map(now.filter((one) => one.running).map(({ id, createdAt }) => [id, createdAt]))
  return [
    ...old
      .filter((one) => one.running && running.get(one.id) !== one.createdAt)
      .map(
        ({ node, namespace, pod, name }) => `${node}: container ${name} of ${namespace}/${pod} does not run any more`,
      ),
    ...now
      .filter(({ id }) => !known.has(id))
      .map(({ node, namespace, pod, name }) => `${node}: container ${name} of ${namespace}/${pod} is new`),
  ]
}

function objectChanges(before: ClusterState, after: ClusterState): readonly string[] {
  const [old, now] = [before.objects, after.objects]
  if (old === null || now === null) return []
  const changing = new Set(before.changing)
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((key) => !changing.has(key)).sort()
  return keys.flatMap((key) => {
    if (old[key] === now[key]) return []
    const what = old[key] === undefined ? 'is new' : now[key] === undefined ? 'is gone' : 'was written'
    return [`object ${key} ${what}`]
  })
}

/** What was not seen, so that a change could hide. */
export function stateUnknowns(before: ClusterState, after: ClusterState, machines: number): readonly string[] {
  const seen = after.machines.filter(({ node }) => before.machines.some((old) => old.node === node))
  const silent = [before, after].flatMap(({ runtime }) => runtime.filter(({ containers }) => containers === null))
  return [
    ...(seen.length === machines ? [] : [`${seen.length} of ${machines} machines seen before and after`]),
    ...before.machines.flatMap(({ node, files }) => (Object.keys(files).length === 0 ? [`${node}: no file seen`] : [])),
    ...[...new Set(silent.map(({ node }) => node))].map((node) => `${node}: the container runtime did not answer`),
    ...(before.objects !== null && after.objects === null ? ['the API does not answer any more'] : []),
  ]
}
