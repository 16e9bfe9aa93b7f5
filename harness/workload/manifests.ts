import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KubernetesObjectApi, type KubeConfig, type KubernetesObject, PatchStrategy } from '@kubernetes/client-node'
import { parseAllDocuments } from 'yaml'
import { packageFile } from '../host/package/package-files.ts'
import { programInImage } from './workload-image.ts'

const folder = packageFile('harness/workload/manifests')

export interface WorkloadValues {
  /** DRILL_WORKLOAD_IMAGE */
  readonly image: string
  /** DRILL_REPLICAS: of what runs on every worker. */
  readonly replicas: number
  /** PEM, of the extension API server: DRILL_SERVING_CERT and DRILL_SERVING_KEY. */
  readonly serving: { readonly cert: string; readonly key: string }
}

/** The extension API server's name, to which its serving certificate must be made out. */
export const aggregatedApiHost = 'aggregated-api.drill-workload.svc'

/** The objects of manifests/, in the order of the file names, with the values filled in. */
export async function workloadObjects({
  image,
  replicas,
  serving,
}: WorkloadValues): Promise<readonly KubernetesObject[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort()
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  const filled = texts.map((text) =>
    text
      .replaceAll('DRILL_WORKLOAD_IMAGE', image)
      .replaceAll('DRILL_REPLICAS', String(replicas))
      .replaceAll('DRILL_API_CLIENT', programInImage('harness/workload/api-client'))
      .replaceAll('DRILL_AGGREGATED_API', programInImage('harness/workload/aggregated-api'))
      .replaceAll('DRILL_SERVING_CERT', Buffer.from(serving.cert).toString('base64'))
      .replaceAll('DRILL_SERVING_KEY', Buffer.from(serving.key).toString('base64')),
  )
  return filled.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject))
}

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
