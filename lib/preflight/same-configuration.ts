import { PreconditionError } from '../engine/errors.ts'
import { objectAt, stringAt } from '../engine/json.ts'
import type { Json, KubeadmConfig } from '../model.ts'

const compared: readonly (readonly [what: string, read: (config: Json) => string | undefined])[] = [
  ['controlPlaneEndpoint', (config) => stringAt(config, 'controlPlaneEndpoint')],
  ['clusterName', (config) => stringAt(config, 'clusterName')],
  ['networking.podSubnet', (config) => stringAt(objectAt(config, 'networking'), 'podSubnet')],
  ['networking.serviceSubnet', (config) => stringAt(objectAt(config, 'networking'), 'serviceSubnet')],
  ['networking.dnsDomain', (config) => stringAt(objectAt(config, 'networking'), 'dnsDomain')],
]

/** Throws PreconditionError when the operator's file is of another cluster than the configuration in etcd. */
export function refuseOtherConfiguration(given: KubeadmConfig, found: KubeadmConfig): void {
  const different = compared.flatMap(([what, read]) => {
    const [one, other] = [read(given.cluster), read(found.cluster)]
    return one !== undefined && other !== undefined && one !== other
      ? [`${what} is ${one} there and ${other} here`]
      : []
  })
  if (different.length > 0) {
    throw new PreconditionError(
      `the kubeadm configuration is of another cluster: ${different.join(', ')}; nothing was changed: omit it, etcd holds the configuration`,
      { reason: 'other-kubeadm-config' },
    )
  }
}
