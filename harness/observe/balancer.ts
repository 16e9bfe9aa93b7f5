import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { z } from 'zod'
import type { DrillContext } from '../model/context.ts'

const kubeconfigSchema = z.object({ clusters: z.tuple([z.object({ cluster: z.object({ server: z.string() }) })]) })

/**
 * Where clients outside of the cluster reach the API: kind's kubeconfig names the published port of its balancer, or of the API server
 * where one control plane needs no balancer. Rejects for a kubeconfig that kind did not write.
 */
export async function balancerAddress({
  cluster,
}: Pick<DrillContext, 'cluster'>): Promise<{ readonly address: string; readonly port: number }> {
  const { clusters } = kubeconfigSchema.parse(parse(await readFile(cluster.kubeconfigPath, 'utf8')))
  const { hostname, port } = new URL(clusters[0].cluster.server)
  return { address: hostname, port: Number(port) }
}
