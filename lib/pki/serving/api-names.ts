import { BlockList, isIP } from 'node:net'
import { objectAt, stringAt, wordsAt } from '../../engine/json.ts'
import type { KubeadmConfig, NodeState } from '../../model.ts'
import { flagOf } from '../../engine/flag-of.ts'

/** kubeadm's own (cmd/kubeadm/app/apis/kubeadm/v1beta4/defaults.go). */
const defaultServiceSubnet = '10.96.0.0/12'

/** Link-local: of node-local DNS caches and cloud metadata, on every machine the same. */
const linkLocal = ['169.254.0.0/16', 'fe80::/10']

/**
 * Whether a name is one by which clients look for the API or for a Service: with a serving certificate for it a machine could
 * pass for them.
 */
export const isServiceName = (name: string): boolean =>
  /^kubernetes(\.default(\..*)?)?$|\.svc(\.|$)|^localhost$/i.test(name.replace(/\.$/, ''))

export interface ApiNames {
  /** Whether an address is a Service's, or link-local; kube-proxy in IPVS mode puts those of all Services on every machine. */
  readonly isServiceAddress: (address: string) => boolean
  /** Names and addresses of the API: of its endpoint, a load balancer or virtual address, and its certificate. */
  readonly endpoints: ReadonlySet<string>
}

/** The names that belong to the API and to Services, by the kubeadm configuration and the flags of the API servers. */
export function apiNames(config: KubeadmConfig, controlPlanes: readonly NodeState[]): ApiNames {
  const { cluster } = config
  const flags = controlPlanes.flatMap(
    ({ mirrorPodSpecs }) => flagOf(mirrorPodSpecs.get('kube-apiserver')?.command, 'service-cluster-ip-range') ?? [],
  )
  const configured = stringAt(objectAt(cluster, 'networking'), 'serviceSubnet') ?? defaultServiceSubnet
  const subnets = [configured, ...flags].flatMap((list) => list.split(',').map((each) => each.trim()))
  const listed = blockList([...subnets, ...linkLocal])
  const endpoint = (stringAt(cluster, 'controlPlaneEndpoint') ?? '').replace(/:\d+$/, '').replaceAll(/[[\]]/g, '')
  return {
    isServiceAddress: (address) => isIP(address) !== 0 && listed.check(address, familyOf(address)),
    endpoints: new Set([endpoint, ...wordsAt(objectAt(cluster, 'apiServer'), 'certSANs')].filter(Boolean)),
  }
}

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [address = '', length] = subnet.split('/')
    if (isIP(address) !== 0 && length !== undefined) list.addSubnet(address, Number(length), familyOf(address))
  }
  return list
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
