import type { KubeConfig, KubernetesObject } from '@kubernetes/client-node'
import type { Machine } from '../model/cluster.ts'
import type { OwnWorkload } from '../model/own-workload.ts'
import { loadImage } from './load-image.ts'
import { applyObjects } from './manifests.ts'

/** Unless a kubeadm patch says otherwise (kind's pkg/apis/config/v1alpha4/default.go). */
const defaultPodSubnet = '10.244.0.0/16'

export interface NetworkTarget {
  readonly machines: readonly Machine[]
  readonly api: KubeConfig
  /** Undefined: kind's own. */
  readonly podSubnet?: string | undefined
  readonly signal: AbortSignal
}

/**
 * Makes the pod network that a workload brings. DRILL_POD_SUBNET stands for the addresses of all pods. Resolves when the API has it,
 * and its images are on every machine; the Nodes are Ready some seconds later. Rejects with ClusterError.
 */
export async function deployNetwork(
  workload: NetworkWorkload,
  { machines, api, podSubnet, signal }: NetworkTarget,
): Promise<void> {
  await loadNetworkImages(workload, machines, signal)
  await applyObjects(api, withPodSubnet(workload.network, podSubnet), signal)
}

type NetworkWorkload = Pick<OwnWorkload, 'network' | 'images'>

/** A machine that joins later needs them too. Rejects with ClusterError. */
export async function loadNetworkImages(
  { network, images }: NetworkWorkload,
  machines: readonly Machine[],
  signal: AbortSignal,
): Promise<void> {
  const text = JSON.stringify(network)
  for (const image of images.filter((one) => text.includes(one))) await loadImage(image, machines, signal)
}

export const withPodSubnet = (
  network: readonly KubernetesObject[],
  podSubnet = defaultPodSubnet,
): readonly KubernetesObject[] =>
  JSON.parse(JSON.stringify(network).replaceAll('DRILL_POD_SUBNET', podSubnet)) as readonly KubernetesObject[]
