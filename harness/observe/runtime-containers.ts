import { z } from 'zod'
import type { DrillContext } from '../model/context.ts'

const runtimeContainerSchema = z.object({
  podUid: z.string(),
  namespace: z.string(),
  pod: z.string(),
  name: z.string(),
  id: z.string(),
  sandboxId: z.string(),
  createdAt: z.string(),
  running: z.boolean(),
})
export type RuntimeContainer = z.infer<typeof runtimeContainerSchema>

export const nodeContainersSchema = z.object({
  node: z.string(),
  containers: z.array(runtimeContainerSchema).nullable().describe('null: the runtime of this node did not answer'),
})
export type NodeContainers = z.infer<typeof nodeContainersSchema>

const listSchema = z.object({
  containers: z.array(
    z.object({
      id: z.string(),
      podSandboxId: z.string(),
      metadata: z.object({ name: z.string() }),
      state: z.string(),
      createdAt: z.string(),
      labels: z.record(z.string(), z.string()),
    }),
  ),
})

/** All containers of every node, from the node's own runtime. A node that does not answer within 20 s has null. */
export function runtimeContainers(context: DrillContext): Promise<readonly NodeContainers[]> {
  return Promise.all(
    context.cluster.machines.map(async (machine) => {
      const node = machine.name
      try {
        const { stdout } = await machine.exec(['crictl', 'ps', '--all', '--output', 'json'], {
          timeoutMs: 20_000,
          signal: context.signal,
        })
        return { node, containers: [...runtimeContainersOf(stdout)] }
      } catch {
        context.signal.throwIfAborted()
        return { node, containers: null }
      }
    }),
  )
}

/** Parses `crictl ps --output json`; throws on what is not that. */
export function runtimeContainersOf(json: string): readonly RuntimeContainer[] {
  return listSchema.parse(JSON.parse(json)).containers.map((container) => ({
    podUid: container.labels['io.kubernetes.pod.uid'] ?? '',
    namespace: container.labels['io.kubernetes.pod.namespace'] ?? '',
    pod: container.labels['io.kubernetes.pod.name'] ?? '',
    name: container.metadata.name,
    id: container.id,
    sandboxId: container.podSandboxId,
    createdAt: createdAtOf(container.createdAt),
    running: container.state === 'CONTAINER_RUNNING',
  }))
}

/** The CRI counts nanoseconds since 1970; newer crictl prints the date. */
const createdAtOf = (value: string) =>
  /^\d+$/.test(value) ? new Date(Number(BigInt(value) / 1_000_000n)).toISOString() : new Date(value).toISOString()
