import { KubeConfig } from '@kubernetes/client-node'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { ClusterError } from '../model/errors.ts'
import type { Machine } from '../model/cluster.ts'

const kubeconfigShape = z.looseObject({
  clusters: z.array(z.looseObject({ cluster: z.looseObject({ server: z.string() }) })),
})

const readSuperAdmin = 'cat /etc/kubernetes/super-admin.conf 2>/dev/null || cat /etc/kubernetes/admin.conf'

/** The administrator's view of the API through one control plane's own address, with the kubeconfig that is there now. */
export async function apiAccess(controlPlane: Machine): Promise<KubeConfig> {
  const { stdout } = await controlPlane.exec(['sh', '-c', readSuperAdmin], { timeoutMs: 10_000 })
  const document = parsedKubeconfig(stdout, controlPlane.name)
  for (const entry of document.clusters) entry.cluster.server = `https://${controlPlane.address}:6443`
  const config = new KubeConfig()
  config.loadFromString(stringify(document))
  return config
}

/** A parser's own message could quote the text, and with it a key. */
function parsedKubeconfig(text: string, node: string): z.infer<typeof kubeconfigShape> {
  try {
    return kubeconfigShape.parse(parse(text))
  } catch {
    throw new ClusterError(`the administrator's kubeconfig on ${node} is damaged`)
  }
}
