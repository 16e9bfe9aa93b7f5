import { readFile, writeFile } from 'node:fs/promises'
import { hostCommand } from '../process/host-command.ts'
import { recordHostChanges } from './host-change-log.ts'

/** Eight times the weight of one process. */
const weights = [
  { controller: 'cpu', root: '/sys/fs/cgroup/cpu', file: 'cpu.shares', weight: 8192 },
  { controller: '', root: '/sys/fs/cgroup', file: 'cpu.weight', weight: 800 },
] as const

/**
 * The file with the weight of the cgroup that holds the engine's containers, and what it is to be; undefined where containers
 * share a group with other things (a slice of systemd) or have none of their own.
 * @param membership /proc/PID/cgroup of a container's first process, cgroups(7); systemd in it makes groups below the container's
 * @param id the container's, in full
 */
export function weightFile(
  membership: string,
  id: string,
): { readonly path: string; readonly weight: number } | undefined {
  for (const line of membership.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.+)$/.exec(line) ?? []
    if (controllers === undefined || path === undefined) continue
    const found = weights.find(({ controller }) => controllers.split(',').includes(controller))
    const group = path.slice(0, Math.max(0, path.indexOf(`/${id}`)))
    if (!found || group === '') continue
    return { path: `${found.root}${group}/${found.file}`, weight: found.weight }
  }
  return undefined
}

/**
 * Gives all containers together the weight of eight busy processes of this host, where it was less and this user may. The
 * kernel weighs their cgroup as a single process otherwise, and one busy neighbour takes a core from the whole cluster.
 * `drill gc --host` restores the weight.
 */
export async function favourContainers(container: string, signal?: AbortSignal): Promise<void> {
  const argv = ['docker', 'inspect', '--format', '{{.Id}} {{.State.Pid}}', container] as const
  const { stdout } = await hostCommand([...argv], { timeoutMs: 10_000, ...(signal ? { signal } : {}) })
  const [id = '', pid] = stdout.trim().split(' ')
  const membership = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '')
  const found = id === '' ? undefined : weightFile(membership, id)
  const before = found && (await readFile(found.path, 'utf8').catch(() => undefined))
  if (!found || before === undefined || Number(before) >= found.weight) return
  await recordHostChanges([{ kind: 'file', path: found.path, before, after: `${found.weight}\n` }])
  // Only root may. Without it the cluster is slower beside neighbours, and no less true.
  await writeFile(found.path, `${found.weight}\n`).catch(() => undefined)
}
