import { KubeConfig } from '@kubernetes/client-node'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import type { Machine } from '../ports.ts'

const kubeconfigShape = z.looseObject({
  clusters: z.array(z.looseObject({ cluster: z.looseObject({ server: z.string() }) })),
})

const readSuperAdmin = 'cat /etc/kubernetes/super-admin.conf 2>/dev/null || cat /etc/kubernetes/admin.conf'

/** The administrator's view of the API through one control plane's own address, with whatever kubeconfig stands there now. */
export async function apiAccess(controlPlane: Machine): Promise<KubeConfig> {
  const { stdout } = await controlPlane.exec(['sh', '-c', readSuperAdmin], { secret: true, timeoutMs: 10_000 })
  const document = kubeconfigShape.parse(parse(stdout))
  for (const entry of document.clusters) entry.cluster.server = `https://${controlPlane.address}:6443`
  const config = new KubeConfig()
  config.loadFromString(stringify(document))
  return config
}
