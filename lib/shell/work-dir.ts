/**
 * The directory of the repair on every machine: readable by root only, and outside /etc/kubernetes, so that losing that
 * again loses nothing of the repair. While a repair runs, `kubeadm.yaml` is the configuration that kubeadm gets and `manifests/` has
 * the staged manifests. At its end `backup/<utc>/` stays, which has every replaced file under its old path.
 */
export const workDir = '/var/lib/drill-recovery'

/** The configuration file that kubeadm gets on this machine. */
export const kubeadmConfigPath = `${workDir}/kubeadm.yaml`

/** Manifests made by kubeadm, outside kubelet's static pod path. */
export const stagedManifestsDir = `${workDir}/manifests`

/** Manifests that the repair took from kubelet, byte for byte, until it gives them back. */
export const stoppedManifestsDir = `${workDir}/stopped-manifests`

/** The kubeconfig of a worker's kubelet, from its signing until it is installed. */
export const stagedKubeletConf = `${workDir}/kubelet.conf`

/** Exists from the moment in which kubelet's files are replaced until kubelet has been restarted with them. */
export const kubeletRestartPending = `${workDir}/kubelet-restart-pending`

/** Exists on a machine whose kubelet was given a new identity, until the repair has come to its end. */
export const kubeletRenewed = `${workDir}/kubelet-renewed`

/**
 * Exists on a control plane where a CA was created, or a service-account key whose predecessor is accepted no more, until
 * the repair has come to its end.
 */
export const sharedCertsCreated = `${workDir}/shared-certs-created`

/** Exists on a control plane while the log level of its API server is raised; holds the name of the repair that did it. */
export const verboseApiServer = `${workDir}/verbose-api-server`

/**
 * Exists on a control plane where a kubeconfig was replaced because its certificate had expired, for the component that reads it at its
 * start only, until the repair has come to its end. Its time is that of the replacement.
 */
export const expiredKubeconfigOf = (component: 'kube-controller-manager' | 'kube-scheduler') =>
  `${workDir}/expired-kubeconfig-${component}`

/** CAs that the machine knew as its cluster's before the repair, for a repair that is run again. */
export const knownCasPath = `${workDir}/known-cas.pem`
