import { KubeConfig, type RequestContext } from '@kubernetes/client-node'
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
  const config = new SharedConnections()
  config.loadFromString(stringify(document))
  return config
}

/**
 * A kubeconfig whose requests share their connections, by HTTP/1.1. The package's own opens another one for every request, and by HTTP/2
 * it is never closed (nodejs/undici#5381); undici's HTTP/2 has filled the memory where many streams are aborted (nodejs/undici#5558).
 */
export class SharedConnections extends KubeConfig {
  #dispatcher: ReturnType<RequestContext['getDispatcher']>

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context)
    this.#dispatcher ??= context.getDispatcher()
    if (this.#dispatcher) context.setDispatcher(this.#dispatcher)
  }

  override createDispatcherOptions(...given: Parameters<KubeConfig['createDispatcherOptions']>) {
    const options = super.createDispatcherOptions(...given)
    return options.type === 'agent' ? { ...options, connect: { ...options.connect, allowH2: false } } : options
  }
}

/** A parser's own message could quote the text, and with it a key. */
function parsedKubeconfig(text: string, node: string): z.infer<typeof kubeconfigShape> {
  try {
    return kubeconfigShape.parse(parse(text))
  } catch {
    throw new ClusterError(`the administrator's kubeconfig on ${node} is damaged`)
  }
}
