import { hostCommand } from '../../host/process/host-command.ts'
import { auxiliaryLabel } from '../../cluster/auxiliary-containers.ts'
import { cpuShares } from '../../model/cpu-shares.ts'
import { ClusterError } from '../../model/errors.ts'
import type { DrillContext } from '../../model/context.ts'
import { kubernetesClient } from '../../observe/kubernetes-client.ts'
import { redact } from '../../store/redact.ts'

const namespace = 'database'
/** The container ends by itself, should nobody remove it. */
const longestS = 3600

/** The writer's place: a container in the network namespace of the first worker, where neither kubelet nor the repair knows of it. */
export interface Writer {
  /** The command that runs psql there against the Service, to which more options may be added. */
  readonly psql: readonly [string, ...string[]]
  /** The numbers that the ledger has; rejects where the server does not answer. */
  entries(server: 'primary' | 'standby'): Promise<readonly number[]>
  remove(): Promise<void>
}

/** Starts the container from the database's own image. Rejects with ClusterError where there is no database. */
export async function startWriter(context: DrillContext): Promise<Writer> {
  const { cluster, signal, secrets } = context
  const [worker] = cluster.workers
  const { core } = await kubernetesClient(await context.api(), signal)
  const { spec } = await core.readNamespacedService({ namespace, name: 'database' })
  const pods = await core.listNamespacedPod({ namespace, labelSelector: 'app=database' })
  const standby = pods.items.find(({ metadata }) => metadata?.name === 'database-1')
  const image = standby?.spec?.containers[0]?.image
  const addresses = { primary: spec?.clusterIP, standby: standby?.status?.podIP }
  const password = secrets.get('DRILL_RANDOM_WRITER')
  if (!worker || !image || !addresses.primary || !addresses.standby || !password)
    throw new ClusterError('the database has no address to write to')
  const name = `${cluster.name}-writer`
  await docker(
    [
      ...['run', '--detach', '--rm', '--name', name, '--label', `${auxiliaryLabel}=${cluster.name}`],
      ...['--network', `container:${worker.name}`, '--cpu-shares', String(cpuShares.worker), '--user', 'postgres'],
      // The value comes from the environment of the command, so that it is in no process list.
      ...['--env', 'PGPASSWORD', image, 'sleep', String(longestS)],
    ],
    { PGPASSWORD: password },
    signal,
  )
  const psqlTo = (host: string) => {
    const connection = `host=${host} user=writer dbname=postgres connect_timeout=5 tcp_user_timeout=5000`
    const words = ['psql', connection, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '--no-password']
    return ['docker', 'exec', '--interactive', name, ...words] as const
  }
  return {
    psql: psqlTo(addresses.primary),
    async entries(server) {
      const [, ...words] = psqlTo(addresses[server] ?? '')
      const text = await docker([...words, '--command', 'SELECT n FROM ledger ORDER BY n'], {}, signal)
      return text.split('\n').filter(Boolean).map(Number)
    },
    async remove() {
      await docker(['rm', '--force', name], {}, undefined)
    },
  }
}

async function docker(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<string> {
  const result = await hostCommand(['docker', ...words], { env, timeoutMs: 30_000, ...(signal ? { signal } : {}) })
  signal?.throwIfAborted()
  if (result.exitCode === 0) return result.stdout
  throw new ClusterError(
    `docker ${words[0] ?? ''} of the database's writer: ${redact(result.stderr.trim()).slice(0, 400)}`,
  )
}
