import { stringify } from 'yaml'
import type { Topology } from '../model/cluster.ts'
import { mountedFilesMount } from './mounted-files.ts'
import type { KubeadmPatch } from './kubeadm-patch.ts'

export interface KindConfigOptions {
  readonly name: string
  readonly topology: Topology
  readonly cgroup: 'v1' | 'v2'
  /** The cluster gets a pod network of its own; kind installs none. */
  readonly ownNetwork?: boolean
  readonly patch?: Pick<KubeadmPatch, 'documents' | 'networking'>
  /** Directory of this host that every control plane sees, read-only, at /srv/cluster-files. */
  readonly filesDir?: string
}

/**
 * The configuration that `kind create cluster` gets. kubelet refuses cgroup v1 hosts since 1.35 unless configured otherwise
 * (pkg/kubelet/apis/config/v1beta1/defaults.go), so it is configured on such hosts only.
 */
export function kindConfig({ name, topology, cgroup, ownNetwork, patch, filesDir }: KindConfigOptions): string {
  const kubelet = { kind: 'KubeletConfiguration', apiVersion: 'kubelet.config.k8s.io/v1beta1', failCgroupV1: false }
  // The user's come last: a later patch of the same field wins.
  const patches = [...(cgroup === 'v1' ? [stringify(kubelet)] : []), ...(patch?.documents ?? [])]
  const networking = { ...patch?.networking, ...(ownNetwork ? { disableDefaultCNI: true } : {}) }
  const mounts = [{ hostPath: filesDir, containerPath: mountedFilesMount, readOnly: true }]
  const controlPlane = { role: 'control-plane', ...(filesDir === undefined ? {} : { extraMounts: mounts }) }
  return stringify(
    {
      kind: 'Cluster',
      apiVersion: 'kind.x-k8s.io/v1alpha4',
      name,
      ...(Object.keys(networking).length > 0 ? { networking } : {}),
      nodes: [
        ...Array.from({ length: topology.controlPlanes }, () => controlPlane),
        ...Array.from({ length: topology.workers }, () => ({ role: 'worker' })),
      ],
      ...(patches.length > 0 ? { kubeadmConfigPatches: patches } : {}),
    },
    { aliasDuplicateObjects: false },
  )
}
