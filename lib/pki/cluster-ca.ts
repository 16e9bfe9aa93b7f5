import { getRaw, items, nameOf } from '../api/kube-api.ts'
import { objectAt, stringAt } from '../engine/json.ts'
import type { CaFile, ClusterState, Json, NodeFacts } from '../model.ts'
import { flagOf } from '../engine/flag-of.ts'
import { certificateIn, certificatesIn, shareCertificate } from './pem.ts'

/**
 * The cluster's CA (PEM), as the first control plane has it. Read once: after it is restored it does not change again. Rejects where
 * there is none, or one that is to be replaced.
 */
export async function clusterCa({ learned, first, config }: ClusterState): Promise<string> {
  if (learned.replaced?.has('ca.crt')) throw new Error('ca.crt is to be replaced, and the new one is not made yet')
  return (learned.ca ??= (await first.node.readFile(`${config.certificatesDir}/ca.crt`)).toString())
}

/**
 * The text of a CA file that comes back where it is lost or damaged: of a CA that is kept, or, in a plan, that is restored; '' of one that
 * is replaced and does not come back.
 */
export const returningCa = (
  { learned: { keyless, restored, replaced } }: ClusterState,
  file: CaFile,
): string | undefined => (replaced?.has(file) ? '' : (keyless?.get(file)?.text ?? restored?.get(file)))

/** Of the shared files those whose predecessors clients hold, or what they signed. */
const heldByClients = ['ca.crt', 'sa.key']

/**
 * Whether clients may still trust a lost CA or carry a token of a lost key, so that the API may reject them: this repair
 * created the cluster's CA or the service-account key, or a kubelet or pod trusted another CA before (also by the record of a repair that was
 * killed). A CA that only a kubelet's client CA file holds is none of them: an operator may have added it. True while the
 * CA is missing, because then nothing can be compared.
 */
export async function clientsMayBeRejected(cluster: ClusterState): Promise<boolean> {
  const { learned, machines } = cluster
  if (heldByClients.some((file) => learned.created.has(file))) return true
  const ca = await clusterCa(cluster).catch(() => undefined)
  if (ca === undefined) return true
  const trusted = ({ kubeletCas, podCas }: NodeFacts) => [
    ...(kubeletCas === '' ? [] : [kubeletCas]),
    ...(publishesClusterCa(cluster) ? podCas : []),
  ]
  return machines.some(
    ({ facts }) =>
      facts.recordedCas.some((pem) => !shareCertificate(pem, ca)) ||
      trusted(facts).some((bundle) => !shareCertificate(bundle, ca)),
  )
}

/**
 * Whether pods are given the cluster's own CA. With another --root-ca-file of the controller manager an operator chose by
 * which CA they verify the API, such as that of a load balancer.
 */
export function publishesClusterCa({ first, config }: ClusterState): boolean {
  const file = flagOf(first.mirrorPodSpecs.get('kube-controller-manager')?.command, 'root-ca-file')
  return file === undefined || file === `${config.certificatesDir}/ca.crt`
}

/** The namespaces in which pods would still get another CA. Where there is none, no pod has one either. */
export async function namespacesWithoutCa(cluster: ClusterState, ca: string, signal: AbortSignal): Promise<string[]> {
  if (!publishesClusterCa(cluster)) return []
  const paths = ['/api/v1/namespaces', '/api/v1/configmaps?fieldSelector=metadata.name%3Dkube-root-ca.crt']
  const [namespaces, configMaps] = await getRaw(cluster.first, cluster, paths, signal)
  const published = new Map(
    items(configMaps).map((map) => [
      stringAt(objectAt(map, 'metadata'), 'namespace') ?? '',
      stringAt(objectAt(map, 'data'), 'ca.crt') ?? '',
    ]),
  )
  return items(namespaces)
    .filter((namespace) => objectAt(namespace, 'status')['phase'] !== 'Terminating')
    .map(nameOf)
    .filter((name) => {
      const bundle = published.get(name)
      return bundle !== undefined && !shareCertificate(bundle, ca)
    })
}

/**
 * A bundle without the predecessors of a CA: other certificates of the same subject. The rest is kept, because an
 * operator may have added it.
 */
export function withoutPredecessors(bundle: string, ca: string): string {
  const subject = certificateIn(ca)?.subject
  const kept = certificatesIn(bundle).filter(
    (pem) => shareCertificate(pem, ca) || certificateIn(pem)?.subject !== subject,
  )
  return kept.length === 0 ? '' : `${kept.join('\n')}\n`
}

/** Keys of extension-apiserver-authentication that hold CA bundles, and which CA file each belongs to. */
const bundles = [
  ['client-ca-file', 'ca.crt'],
  ['requestheader-client-ca-file', 'front-proxy-ca.crt'],
] as const

/**
 * The ConfigMap by which aggregated API servers verify their callers, without the lost CAs; undefined where it has none.
 * API servers only ever add to it, so a lost or leaked CA stays trusted until it is removed.
 */
export async function cleanedAuthentication(cluster: ClusterState, signal: AbortSignal): Promise<Json | undefined> {
  const [configMap] = await getRaw(cluster.first, cluster, [authenticationPath], signal)
  if (!configMap) return undefined
  const data = objectAt(configMap, 'data')
  const cleaned = await Promise.all(
    bundles.map(async ([key, file]) => {
      const ca = (await cluster.first.node.readFile(`${cluster.config.certificatesDir}/${file}`)).toString()
      return [key, withoutPredecessors(stringAt(data, key) ?? '', ca)] as const
    }),
  )
  const changed = cleaned.some(
    ([key, bundle]) => certificatesIn(bundle).length !== certificatesIn(stringAt(data, key) ?? '').length,
  )
  return changed ? { ...configMap, data: { ...data, ...Object.fromEntries(cleaned) } } : undefined
}

export const authenticationPath = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'
