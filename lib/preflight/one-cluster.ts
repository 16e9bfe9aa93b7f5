import { PreconditionError } from '../engine/errors.ts'
import { objectAt, stringAt, type Json, type KubeadmConfig } from '../kubeadm/kubeadm-config.ts'
import { fingerprint } from '../pki/pem.ts'

export interface KnownCas {
  readonly name: string
  /** CAs (PEM) that the machine knows or knew. */
  readonly knownCas: readonly string[]
}

/**
 * Throws PreconditionError when the machines are of different clusters: those of one cluster share a CA that they know or
 * knew, directly or through another machine, since in a repair that was cut some know the old one and some the new.
 */
export function refuseOtherClusters(machines: readonly KnownCas[]): void {
  const groups: { names: string[]; prints: Set<string> }[] = []
  for (const { name, knownCas } of machines) {
    const prints = new Set(knownCas.flatMap((pem) => fingerprint(pem) ?? []))
    if (prints.size === 0) continue
    const joined = groups.filter((group) => [...prints].some((print) => group.prints.has(print)))
    for (const group of joined) groups.splice(groups.indexOf(group), 1)
    groups.push({
      names: [...joined.flatMap((group) => group.names), name],
      prints: new Set([...joined.flatMap((group) => [...group.prints]), ...prints]),
    })
  }
  const [largest, ...others] = groups.sort((one, other) => other.names.length - one.names.length)
  if (!largest || others.length === 0) return
  throw new PreconditionError(
    `${others.flatMap(({ names }) => names).join(', ')}: of another cluster, by the CA, than ${largest.names.join(', ')}; ` +
      'nothing was changed: correct the inventory',
  )
}

const compared: readonly (readonly [what: string, read: (config: Json) => string | undefined])[] = [
  ['controlPlaneEndpoint', (config) => stringAt(config, 'controlPlaneEndpoint')],
  ['clusterName', (config) => stringAt(config, 'clusterName')],
  ['networking.podSubnet', (config) => stringAt(objectAt(config, 'networking'), 'podSubnet')],
  ['networking.serviceSubnet', (config) => stringAt(objectAt(config, 'networking'), 'serviceSubnet')],
  ['networking.dnsDomain', (config) => stringAt(objectAt(config, 'networking'), 'dnsDomain')],
]

/** Throws PreconditionError when the operator's file is of another cluster than the configuration that etcd holds. */
export function refuseOtherConfiguration(given: KubeadmConfig, found: KubeadmConfig): void {
  const different = compared.flatMap(([what, read]) => {
    const [one, other] = [read(given.cluster), read(found.cluster)]
    return one !== undefined && other !== undefined && one !== other
      ? [`${what} is ${one} there and ${other} here`]
      : []
  })
  if (different.length > 0) {
    throw new PreconditionError(
      `the kubeadm configuration is of another cluster: ${different.join(', ')}; nothing was changed: leave it away, the configuration is in etcd`,
    )
  }
}

/** Throws PreconditionError when workers are told another API server than the operator's file. */
export function refuseOtherEndpoint(
  given: KubeadmConfig,
  workers: readonly { readonly name: string; readonly kubeletServer?: string }[],
): void {
  const endpoint = stringAt(given.cluster, 'controlPlaneEndpoint')
  if (endpoint === undefined) return
  const wanted = endpoint.includes(':') ? endpoint : `${endpoint}:6443`
  const other = workers.find(
    ({ kubeletServer }) => kubeletServer !== undefined && kubeletServer.replace(/^https:\/\//, '') !== wanted,
  )
  if (other) {
    throw new PreconditionError(
      `the kubeadm configuration is of another cluster: its controlPlaneEndpoint is ${endpoint}, and the kubelet of ${other.name} uses ${other.kubeletServer ?? ''}; nothing was changed`,
    )
  }
}
