import { stringAt } from '../engine/json.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { canonicalName } from '../pki/serving/serving-problem.ts'

/** Pure: the addresses of each machine that no other one has, as bridges and virtual addresses may be on several. */
export function ownAddresses(machines: readonly NodeState[]): ReadonlyMap<NodeState, readonly string[]> {
  const all = machines.map((host) => {
    const addresses = new Set([host.address, ...host.facts.addresses].map(canonicalName))
    return [host, [...addresses]] as const
  })
  const times = Map.groupBy(
    all.flatMap(([, addresses]) => addresses),
    (address) => address,
  )
  return new Map(all.map(([host, addresses]) => [host, addresses.filter((each) => times.get(each)?.length === 1)]))
}

/** Pure: the ports at which clients ask the API: of API servers, and of what is before them by the configuration and by kubelets. */
export function apiPorts({ config, machines }: Pick<ClusterState, 'config' | 'machines'>): readonly number[] {
  const urls = [
    ...machines.flatMap(({ facts }) => facts.kubeletServer ?? []),
    ...[stringAt(config.cluster, 'controlPlaneEndpoint')].flatMap((at) => (at === undefined ? [] : `https://${at}`)),
  ]
  // No port is that of the Service, which counts anyway.
  const ports = urls.map((url) => Number(URL.parse(url)?.port ?? '')).filter((port) => port > 0)
  return [...new Set([config.bindPort, ...ports])]
}
