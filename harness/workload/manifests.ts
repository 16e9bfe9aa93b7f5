import { KubernetesObjectApi, type KubeConfig, type KubernetesObject, PatchStrategy } from '@kubernetes/client-node'
import type { OwnWorkload } from '../model/own-workload.ts'
import { workloadNamespace } from '../model/workload-namespace.ts'
import { webDirectory } from './built-in.ts'
import { readOwnWorkload } from './own-workload.ts'
import { programInImage } from './workload-image.ts'

export interface WorkloadValues {
  /** DRILL_WORKLOAD_IMAGE */
  readonly image: string
  /** DRILL_REPLICAS: of what runs on every worker. */
  readonly replicas: number
  /** PEM, of the extension API server: DRILL_SERVING_CERT and DRILL_SERVING_KEY. */
  readonly serving: { readonly cert: string; readonly key: string }
}

/** The extension API server's name, to which its serving certificate must be made out. */
export const aggregatedApiHost = `aggregated-api.${workloadNamespace}.svc`

/** The workload of every drill, `web`, with the values filled in. */
export const webWorkload = ({ image, replicas, serving }: WorkloadValues): Promise<OwnWorkload> =>
  readOwnWorkload(webDirectory, image, {
    DRILL_REPLICAS: String(replicas),
    DRILL_AGGREGATED_API: programInImage('harness/workload/aggregated-api'),
    DRILL_SERVING_CERT: Buffer.from(serving.cert).toString('base64'),
    DRILL_SERVING_KEY: Buffer.from(serving.key).toString('base64'),
  })

/** Applies the objects one after another, server-side, so that a second time changes nothing. */
export async function applyObjects(
  api: KubeConfig,
  objects: readonly KubernetesObject[],
  signal: AbortSignal,
): Promise<void> {
  const client = KubernetesObjectApi.makeApiClient(api)
  for (const object of objects) {
    signal.throwIfAborted()
    await client.patch(object, undefined, undefined, 'drill', true, PatchStrategy.ServerSideApply)
  }
}
