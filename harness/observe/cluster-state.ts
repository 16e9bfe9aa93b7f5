import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import { z } from 'zod'
import type { CollectAt } from '../model/check.ts'
import type { Machine } from '../model/cluster.ts'
import type { DrillContext } from '../model/context.ts'
import { apiGet } from './api-get.ts'
import { momentOf, momentSchema } from './collecting.ts'
import { nodeContainersSchema, runtimeContainers } from './runtime-containers.ts'

const fileSchema = z.object({
  inode: z.string(),
  modified: z.string().describe('Seconds since 1970'),
  changed: z.string().describe('The same of its inode; no program can set it'),
  mode: z.string(),
  owner: z.string(),
  link: z.string().describe('Empty for what is no link'),
  sum: z.string().describe('SHA-256; empty for what is no regular file'),
})

export const clusterStateSchema = momentSchema.extend({
  machines: z.array(
    z.object({
      node: z.string(),
      files: z.record(z.string(), fileSchema).describe('By path; directories too'),
      kubelet: z.string().describe('Process and start on the monotonic clock; another after a restart'),
    }),
  ),
  runtime: z.array(nodeContainersSchema),
  unready: z.array(z.string()).describe('UIDs of pods that were not ready: their containers come and go'),
  objects: z
    .record(z.string(), z.string())
    .nullable()
    .describe('What a repair could write in the API, by kind, namespace and name; null: the API did not answer'),
  changing: z.array(z.string()).describe('Objects that change by themselves'),
})
export type ClusterState = z.infer<typeof clusterStateSchema>

/** Everything on a machine that a repair may write, and what kubectl leaves behind in its user's home. */
const places = [
  '/etc/kubernetes',
  '/etc/cni',
  '/etc/default/kubelet',
  '/var/lib/kubelet/pki',
  '/var/lib/kubelet/config.yaml',
  '/var/lib/kubelet/instance-config.yaml',
  '/var/lib/kubelet/kubeadm-flags.env',
  '/var/lib/drill-recovery',
  '/root/.kube',
]

const script = `for place in ${places.join(' ')}; do
  if [ -e "$place" ]; then
    find "$place" -printf 'file %i %T@ %C@ %m %U:%G %p|%l\\n'
    find "$place" -type f -exec sha256sum {} + | sed 's/^/sum /'
  fi
done
systemctl show kubelet --property=MainPID --property=ExecMainStartTimestampMonotonic`

/** Between two looks at the API, to tell what changes by itself. */
const pauseMs = 3000

/**
 * Stores evidence `state-<when>`: files with their inodes and times, processes, containers, and objects of the API, as far as a repair
 * could touch them.
 */
export function collectClusterState(context: DrillContext, when: CollectAt): Promise<void> {
  return context.evidence.once(`state-${when}`, async (): Promise<ClusterState> => {
    const moment = momentOf(context)
    const { machines } = context.cluster
    const [seen, runtime, api] = await Promise.all([
      Promise.all(machines.map((machine) => machineState(machine, context.signal))),
      runtimeContainers(context),
      apiState(context, when),
    ])
    return { ...moment, machines: seen, runtime: [...runtime], ...api }
  })
}

async function machineState(machine: Machine, signal: AbortSignal): Promise<ClusterState['machines'][number]> {
  // The sums include those of private keys; like the files they stay out of the record of commands.
  const { stdout } = await machine.exec(['sh', '-c', script], { timeoutMs: 20_000, signal })
  return { node: machine.name, ...machineStateIn(stdout) }
}

/** Parses what find, sha256sum and systemctl print. */
export function machineStateIn(text: string): Pick<ClusterState['machines'][number], 'files' | 'kubelet'> {
  const sums = new Map(
    [...text.matchAll(/^sum ([0-9a-f]{64}) [ *](.+)$/gm)].map(([, sum = '', path = '']) => [path, sum] as const),
  )
  const files = [...text.matchAll(/^file (\d+) (\S+) (\S+) (\d+) (\S+) (.+)\|(.*)$/gm)].map(
    ([, inode = '', modified = '', changed = '', mode = '', owner = '', path = '', link = '']) =>
      [path, { inode, modified, changed, mode, owner, link, sum: sums.get(path) ?? '' }] as const,
  )
  const property = (name: string) => new RegExp(`^${name}=(\\d+)$`, 'm').exec(text)?.[1] ?? ''
  return {
    files: Object.fromEntries(files),
    kubelet: `${property('MainPID')} ${property('ExecMainStartTimestampMonotonic')}`,
  }
}

const objectSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().default(''),
    uid: z.string().default(''),
    resourceVersion: z.string().default(''),
    generation: z.number().optional(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.looseObject({}).default({}),
  status: z.looseObject({}).default({}),
})
type ApiObject = z.infer<typeof objectSchema>

const metadataOnly = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'
const rbac = '/apis/rbac.authorization.k8s.io/v1'

const anyWrite = ({ metadata }: ApiObject) => `${metadata.uid} ${metadata.resourceVersion}`
const ownWords = ({ metadata: { uid, labels, annotations } }: ApiObject) => hash({ uid, labels, annotations })

/** Lists of the API, and what of each object must stay. Of Secrets and most others only the metadata are asked for. */
const lists: readonly { readonly path: string; readonly full?: true; readonly kept: (object: ApiObject) => string }[] =
  [
    { path: '/api/v1/secrets', kept: anyWrite },
    { path: '/api/v1/configmaps', kept: anyWrite },
    { path: '/api/v1/serviceaccounts', kept: anyWrite },
    { path: '/api/v1/namespaces', kept: anyWrite },
    { path: `${rbac}/roles`, kept: anyWrite },
    { path: `${rbac}/rolebindings`, kept: anyWrite },
    { path: `${rbac}/clusterroles`, kept: anyWrite },
    { path: `${rbac}/clusterrolebindings`, kept: anyWrite },
    { path: '/apis/certificates.k8s.io/v1/certificatesigningrequests', kept: anyWrite },
    { path: '/apis/apps/v1/daemonsets', kept: ({ metadata }) => `${metadata.uid} ${metadata.generation ?? ''}` },
    { path: '/apis/apps/v1/deployments', kept: ({ metadata }) => `${metadata.uid} ${metadata.generation ?? ''}` },
    { path: '/api/v1/pods', kept: ownWords },
    { path: '/api/v1/nodes', full: true, kept: (node) => `${ownWords(node)} ${hash(node.spec)}` },
    {
      path: '/apis/coordination.k8s.io/v1/leases',
      full: true,
      kept: ({ spec }) => {
        const { holderIdentity, leaseDurationSeconds, acquireTime, leaseTransitions } = spec
        return JSON.stringify({ holderIdentity, leaseDurationSeconds, acquireTime, leaseTransitions })
      },
    },
  ]

const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)

/** Before the repair it is asked twice, so that what changes by itself is known. */
async function apiState(
  context: DrillContext,
  when: CollectAt,
): Promise<Pick<ClusterState, 'objects' | 'changing' | 'unready'>> {
  const { signal } = context
  try {
    const config = await context.api()
    const [objects, unready] = [await objectsNow(config, signal), await unreadyPods(config, signal)]
    if (when !== 'unrepaired') return { objects, unready, changing: [] }
    await sleep(pauseMs, undefined, { signal })
    const again = await objectsNow(config, signal)
    const keys = [...new Set([...Object.keys(objects), ...Object.keys(again)])]
    return { objects: again, unready, changing: keys.filter((key) => objects[key] !== again[key]) }
  } catch {
    signal.throwIfAborted()
    return { objects: null, unready: [], changing: [] }
  }
}

async function objectsNow(config: KubeConfig, signal: AbortSignal): Promise<Record<string, string>> {
  const found = await Promise.all(
    lists.map(async ({ path, full, kept }) => {
      const listed = await listOf(config, path, signal, full ? undefined : metadataOnly)
      const kind = path.split('/').at(-1) ?? ''
      return listed.map((object) => {
        const { namespace, name } = object.metadata
        return [`${kind} ${namespace === '' ? name : `${namespace}/${name}`}`, kept(object)] as const
      })
    }),
  )
  return Object.fromEntries(found.flat())
}

async function unreadyPods(config: KubeConfig, signal: AbortSignal): Promise<string[]> {
  const ready = z.looseObject({ conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })) })
  return (await listOf(config, '/api/v1/pods', signal)).flatMap(({ metadata, status }) => {
    const conditions = ready.safeParse(status).data?.conditions ?? []
    return conditions.some((one) => one.type === 'Ready' && one.status === 'True') ? [] : [metadata.uid]
  })
}

async function listOf(config: KubeConfig, path: string, signal: AbortSignal, accept?: string): Promise<ApiObject[]> {
  const { status, body } = await apiGet(config, path, signal, accept)
  if (status !== 200) throw new Error(`GET ${path}: ${status}`)
  return z.object({ items: z.array(objectSchema) }).parse(JSON.parse(body)).items
}
