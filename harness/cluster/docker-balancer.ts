import { CommandError } from '../../lib/engine/errors.ts'
import { hostCommand } from '../host/process/host-command.ts'
import type { Host } from '../model/cluster.ts'

/**
 * The container that kind puts in front of several control planes (pkg/cluster/constants, ExternalLoadBalancerNodeRoleValue). A command
 * is a process of its own: its image may have bash and little else, too few tools for a session that is kept.
 */
export function dockerBalancer(cluster: string): Host {
  const name = `${cluster}-external-load-balancer`
  const exec: Host['exec'] = async (argv, { input = '', timeoutMs = 60_000, signal } = {}) => {
    const command = ['docker', 'exec', '--interactive', name, ...argv] as const
    const result = await hostCommand([...command], { input, timeoutMs, ...(signal ? { signal } : {}) })
    signal?.throwIfAborted()
    if (result.exitCode !== 0) throw new CommandError(name, { ...result, argv })
    return { ...result, argv }
  }
  return {
    name,
    exec,
    async writeFile(path, data, mode = 0o600) {
      const script = 'set -e; umask 077; cat > "$1.new"; chmod "$2" "$1.new"; mv "$1.new" "$1"'
      await exec(['sh', '-c', script, 'write-file', path, mode.toString(8)], { input: data })
    },
  }
}
