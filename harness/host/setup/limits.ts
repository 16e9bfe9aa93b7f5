/** What a drill needs of a machine; doctor, setup and preflight share these figures. */
export const limits = {
  /** Fewer starve control planes, workloads and probers at once: the measurement would say UNMEASURED, not downtime. */
  cores: 2,
  /** Memory of the balancer, the probers and drill itself. */
  baseMemoryMb: 400,
  /** Memory of a control plane, and of a worker with its pods; measured 260 to 520 and 130 to 150 MB. */
  controlPlaneMemoryMb: 550,
  workerMemoryMb: 250,
  /** Disk for one drill with its run directory, when the images are there. */
  diskMb: 3_000,
  /** Disk for building the images: Go's module and build caches, a root file system, the images themselves. */
  buildDiskMb: 15_000,
  /** systemd, containerd and kubelet of each node watch files; the kernel's 128 is too few for three nodes. kind.sigs.k8s.io/docs/user/known-issues */
  inotifyInstances: 512,
  inotifyWatches: 65_536,
} as const

/** What setup raises a limit to that is too low: kind's advice with room for other programs. */
export const raisedInotify = { instances: 1_024, watches: 524_288 } as const

/** Memory in MB that a cluster of this size needs to be free. */
export function memoryNeededMb(controlPlanes: number, workers: number): number {
  return limits.baseMemoryMb + limits.controlPlaneMemoryMb * controlPlanes + limits.workerMemoryMb * workers
}
