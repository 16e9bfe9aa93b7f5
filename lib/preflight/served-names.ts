import { objectAt, stringAt, wordsAt } from '../engine/json.ts'
import type { KubeadmConfig, NodeFacts, ServedName } from '../model.ts'

interface Kubelet {
  readonly name: string
  /** The API server in its kubelet.conf. */
  readonly kubeletServer?: string
}

interface ControlPlane {
  readonly name: string
  readonly facts: Pick<NodeFacts, 'addresses'>
}

/**
 * Pure: names and addresses by which workers' kubelets reach the API and that kubeadm would not put into the certificates of API
 * servers, because an operator once added them without the configuration: without them those Nodes would stay silent.
 */
export function missingNames(
  { cluster }: KubeadmConfig,
  workers: readonly Kubelet[],
  controlPlanes: readonly ControlPlane[],
): ServedName[] {
  const endpoint = stringAt(cluster, 'controlPlaneEndpoint')
  const known = new Set([
    ...(endpoint === undefined ? [] : [hostOf(`https://${endpoint}`)]),
    ...wordsAt(objectAt(cluster, 'apiServer'), 'certSANs'),
    ...controlPlanes.flatMap(({ name, facts }) => [name, ...facts.addresses]),
  ])
  const used = workers.flatMap(({ name, kubeletServer }) => {
    const host = kubeletServer === undefined ? undefined : hostOf(kubeletServer)
    return host === undefined || known.has(host) ? [] : [{ name: host, usedBy: name }]
  })
  return [...new Map(used.toReversed().map((each) => [each.name, each])).values()]
}

/** The configuration with these names in the certificates of API servers. */
export function withNames(config: KubeadmConfig, added: readonly ServedName[]): KubeadmConfig {
  if (added.length === 0) return config
  const apiServer = objectAt(config.cluster, 'apiServer')
  const certSANs = [...wordsAt(apiServer, 'certSANs'), ...added.map(({ name }) => name)]
  return { ...config, cluster: { ...config.cluster, apiServer: { ...apiServer, certSANs } } }
}

/** The host of a URL as a certificate has it. */
function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.replaceAll(/[[\]]/g, '') : undefined
}
