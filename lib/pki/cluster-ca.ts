import { parse } from 'yaml'
import { getRaw, items, nameOf } from '../api/kube-api.ts'
import { isObject, objectAt, stringAt, type Json } from '../kubeadm/kubeadm-config.ts'
import { keyId } from './key-id.ts'
import { certificateIn, certificatesIn, sameCertificate } from './pem.ts'
import type { ClusterState } from '../preflight/survey.ts'

const authoritiesOf = new WeakMap<ClusterState, Promise<readonly [ca: string, keyId: string]>>()

/** Read once: when restore-authorities is done, they do not change any more in this repair. */
function authorities(site: ClusterState): Promise<readonly [ca: string, keyId: string]> {
  const known = authoritiesOf.get(site)
  if (known) return known
  const { node } = site.first
  const { certificatesDir } = site.config
  const read = Promise.all([node.readFile(`${certificatesDir}/ca.crt`), node.readFile(`${certificatesDir}/sa.pub`)])
  const asked = read.then(([ca, publicKey]) => [ca.toString(), keyId(publicKey.toString())] as const)
  authoritiesOf.set(site, asked)
  asked.catch(() => authoritiesOf.delete(site))
  return asked
}

/** The cluster's new CA (PEM), as the first control plane has it. */
export async function clusterCa(site: ClusterState): Promise<string> {
  return (await authorities(site))[0]
}

/** The `kid` of the tokens that this cluster signs now. */
export async function currentKeyId(site: ClusterState): Promise<string> {
  return (await authorities(site))[1]
}

/** The namespaces in which pods would still be given another CA, or none. */
export async function namespacesWithoutCa(site: ClusterState, ca: string, signal: AbortSignal): Promise<string[]> {
  const paths = ['/api/v1/namespaces', '/api/v1/configmaps?fieldSelector=metadata.name%3Dkube-root-ca.crt']
  const [namespaces, configMaps] = await getRaw(site.first, site, paths, signal)
  const published = new Map(
    items(configMaps).map((map) => [
      stringAt(objectAt(map, 'metadata'), 'namespace') ?? '',
      stringAt(objectAt(map, 'data'), 'ca.crt') ?? '',
    ]),
  )
  return items(namespaces)
    .filter((namespace) => objectAt(namespace, 'status')['phase'] !== 'Terminating')
    .map(nameOf)
    .filter((name) => !sameCertificate(published.get(name) ?? '', ca))
}

/** The CA that cluster-info gives to machines that join; undefined where there is none. */
export async function clusterInfoCa(site: ClusterState, signal: AbortSignal): Promise<string | undefined> {
  const [found] = await getRaw(
    site.first,
    site,
    ['/api/v1/namespaces/kube-public/configmaps?fieldSelector=metadata.name%3Dcluster-info'],
    signal,
  )
  const kubeconfig: unknown = parse(stringAt(objectAt(items(found)[0] ?? {}, 'data'), 'kubeconfig') ?? '')
  const clusters =
    isObject(kubeconfig) && Array.isArray(kubeconfig['clusters']) ? kubeconfig['clusters'].filter(isObject) : []
  const data = stringAt(objectAt(clusters[0] ?? {}, 'cluster'), 'certificate-authority-data')
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString()
}

/**
 * A bundle without the predecessors of a CA: certificates of the same subject that are not it. Others stay, since an
 * operator may have added them.
 */
export function withoutPredecessors(bundle: string, ca: string): string {
  const subject = certificateIn(ca)?.subject
  const kept = certificatesIn(bundle).filter(
    (pem) => sameCertificate(pem, ca) || certificateIn(pem)?.subject !== subject,
  )
  return kept.length === 0 ? '' : `${kept.join('\n')}\n`
}

/** Keys of extension-apiserver-authentication that hold CA bundles, and which CA file each belongs to. */
const bundles = [
  ['client-ca-file', 'ca.crt'],
  ['requestheader-client-ca-file', 'front-proxy-ca.crt'],
] as const

/**
 * The ConfigMap by which aggregated API servers know their callers, without the lost CAs; undefined where it holds
 * none. API servers only ever add to it, so what is lost or leaked stays trusted until somebody removes it.
 */
export async function cleanedAuthentication(site: ClusterState, signal: AbortSignal): Promise<Json | undefined> {
  const [configMap] = await getRaw(site.first, site, [authenticationPath], signal)
  if (!configMap) return undefined
  const data = objectAt(configMap, 'data')
  const cleaned = await Promise.all(
    bundles.map(async ([key, file]) => {
      const ca = (await site.first.node.readFile(`${site.config.certificatesDir}/${file}`)).toString()
      return [key, withoutPredecessors(stringAt(data, key) ?? '', ca)] as const
    }),
  )
  const changed = cleaned.some(
    ([key, bundle]) => certificatesIn(bundle).length !== certificatesIn(stringAt(data, key) ?? '').length,
  )
  return changed ? { ...configMap, data: { ...data, ...Object.fromEntries(cleaned) } } : undefined
}

export const authenticationPath = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'
