import { PreconditionError } from '../engine/errors.ts'
import { stringAt } from '../engine/json.ts'
import type { KubeadmConfig } from '../model.ts'

/** Throws PreconditionError when a worker's kubelet uses another API server than the operator's file names. */
export function refuseOtherEndpoint(
  given: KubeadmConfig,
  workers: readonly { readonly name: string; readonly kubeletServer?: string }[],
): void {
  const endpoint = stringAt(given.cluster, 'controlPlaneEndpoint')
  if (endpoint === undefined) return
  const wanted = endpoint.includes(':') ? endpoint : `${endpoint}:6443`
  const other = workers.find(
    ({ kubeletServer }) => kubeletServer !== undefined && kubeletServer.replace(/^https:\/\//, '') !== wanted,
  )
  if (other) {
    throw new PreconditionError(
      `the kubeadm configuration is of another cluster: its controlPlaneEndpoint is ${endpoint}, and the kubelet of ${other.name} uses ${other.kubeletServer ?? ''}; nothing was changed`,
      { reason: 'other-endpoint' },
    )
  }
}
