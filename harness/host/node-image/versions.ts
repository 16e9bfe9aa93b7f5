/** One Kubernetes release that a node image can be made of. Another minor is another entry and another Go module. */
export interface KubernetesRelease {
  /** Without the v: 1.36.4 */
  readonly version: string
  /** The module under go/ that requires exactly this version. */
  readonly moduleDirectory: string
  /** The tags under which its kubeadm looks for these images (kubeadm's constants.go); the programs inside may be newer. */
  readonly imageTags: { readonly etcd: string; readonly coredns: string; readonly pause: string }
}

const kubernetesReleases: readonly KubernetesRelease[] = [
  {
    version: '1.36.4',
    moduleDirectory: 'kubernetes',
    imageTags: { etcd: '3.6.8-0', coredns: 'v1.14.2', pause: '3.10.2' },
  },
]

/**
 * Every version that goes into the node image; a test keeps the go.mod files in step with it. Go modules are immutable, and a
 * Debian stable release changes by security fixes only.
 */
export const versions = {
  kubernetesReleases,
  defaultKubernetes: '1.36.4',
  etcd: '3.6.16',
  coredns: '1.14.2',
  crictl: '1.36.0',
  containerd: '2.4.2',
  runc: '1.5.2',
  cniPlugins: '1.9.1',
  /** systemd 257: the last one that runs on hosts with cgroup v1 as well (258 dropped it). */
  debian: 'trixie',
  /** The image that kind runs in front of several control planes (kind 0.32 and 0.33, pkg/cluster/internal/loadbalancer/const.go). */
  balancerImage: 'docker.io/envoyproxy/envoy:v1.36.2',
} as const

/** @throws RangeError naming the versions that there are. */
export function kubernetesRelease(version: string): KubernetesRelease {
  const found = kubernetesReleases.find((release) => release.version === version)
  if (found) return found
  const known = kubernetesReleases.map((release) => release.version).join(', ')
  throw new RangeError(`no node image can be built for Kubernetes ${version}; versions.ts has ${known}`)
}
