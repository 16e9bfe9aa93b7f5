/** kind's labels on the containers of a cluster, pkg/cluster/constants and pkg/cluster/internal/providers/docker. */
export const clusterLabel = 'io.x-k8s.kind.cluster'
export const roleLabel = 'io.x-k8s.kind.role'
