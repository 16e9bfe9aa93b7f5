/**
 * Where the repair keeps its own files on every machine: readable by root only, and off /etc/kubernetes so that
 * losing that again loses nothing of the repair. It stays afterwards: `kubeadm.yaml` is the configuration that
 * kubeadm was given, `manifests/` what it made of it, and `backup/<utc>/` holds, under its old path, every file
 * that was replaced.
 */
export const workDir = '/var/lib/drill-recovery'

/** The configuration file that kubeadm gets on this machine. */
export const kubeadmConfigPath = `${workDir}/kubeadm.yaml`

/** Manifests made by kubeadm, not yet seen by kubelet. */
export const stagedManifestsDir = `${workDir}/manifests`

/** The kubeconfig of a worker's kubelet, from its signing until it is installed. */
export const stagedKubeletConf = `${workDir}/kubelet.conf`

/** Exists from the moment in which kubelet's files are replaced until kubelet has been restarted with them. */
export const kubeletRestartPending = `${workDir}/kubelet-restart-pending`

/** CAs that the machine knew as its cluster's before the repair; by them a repair that is run again knows its machines. */
export const knownCasPath = `${workDir}/known-cas.pem`
