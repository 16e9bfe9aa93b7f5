/**
 * CPU shares as measured: bursts of kubeadm on the control planes must starve neither workloads nor probers, which on real machines have
 * their own cores. What drill runs beside a worker has as much as a worker: an instrument that starves measures itself.
 */
export const cpuShares = { 'control-plane': 256, worker: 8192 } as const
