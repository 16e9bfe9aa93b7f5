import { z } from 'zod'
import type { NodeRole } from '../../lib/node.ts'
import { ClusterError } from '../model/errors.ts'
import { clusterLabel, roleLabel } from '../host/setup/kind-labels.ts'
import { hostCommand } from '../host/process/host-command.ts'
import type { Machine } from '../model/cluster.ts'
import { dockerNode } from './docker-node.ts'

const inspected = z.array(
  z.object({
    Name: z.string(),
    Config: z.object({ Labels: z.record(z.string(), z.string()) }),
    NetworkSettings: z.object({ Networks: z.record(z.string(), z.object({ IPAddress: z.string() })) }),
  }),
)

/** All containers of a kind cluster, the balancer too. */
export async function containersOf(cluster: string): Promise<readonly string[]> {
  const { stdout, exitCode, stderr } = await hostCommand(
    ['docker', 'ps', '--all', '--filter', `label=${clusterLabel}=${cluster}`, '--format', '{{.Names}}'],
    { timeoutMs: 20_000 },
  )
  if (exitCode !== 0) throw new ClusterError(`the engine did not list the containers of ${cluster}: ${stderr.trim()}`)
  return stdout.split('\n').filter(Boolean)
}

/** The machines of a kind cluster, control planes first, each kind by name; the balancer is none. */
export async function machinesOf(cluster: string): Promise<readonly Machine[]> {
  const names = await containersOf(cluster)
  if (names.length === 0) return []
  const { stdout } = await hostCommand(['docker', 'inspect', ...names], { timeoutMs: 20_000 })
  const machines = inspected.parse(JSON.parse(stdout)).flatMap((container) => {
    const role = container.Config.Labels[roleLabel]
    if (role !== 'control-plane' && role !== 'worker') return []
    const address = Object.values(container.NetworkSettings.Networks)[0]?.IPAddress ?? ''
    return [dockerNode(container.Name.replace(/^\//, ''), role satisfies NodeRole, address)]
  })
  return machines.sort((a, b) => a.role.localeCompare(b.role) || a.name.localeCompare(b.name, 'en', { numeric: true }))
}
