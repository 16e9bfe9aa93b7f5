import { stringify } from 'yaml'
import { objectAt } from '../engine/json.ts'
import type { KubeadmConfig } from '../model.ts'

/** What differs from one control plane to the next. */
export interface NodeIdentity {
  /** The name of the machine's Node object. */
  readonly name: string
  /** The address of its API server and etcd member. */
  readonly address: string
  /** The socket of its container runtime, where the machine reports one. */
  readonly criSocket?: string
  /** The key that encrypts uploaded certificates: a secret, only ever in short-lived files. */
  readonly certificateKey?: string
  /** A token that kubeadm is to create, for half an hour: a secret too. */
  readonly bootstrapToken?: string
}

/**
 * The configuration file for kubeadm on one control plane: the cluster's as the operator kept it, and an
 * InitConfiguration of this machine. Of the operator's InitConfiguration only what applies to every machine is kept
 * (socket of the container runtime, patches, timeouts); labels, taints and kubelet flags do not concern a repair, and a
 * join token kept in a file must not become valid again.
 */
export function nodeConfig(config: KubeadmConfig, machine: NodeIdentity): string {
  const { apiVersion, cluster, init = {} } = config
  const criSocket = objectAt(init, 'nodeRegistration')['criSocket'] ?? machine.criSocket
  const derived = {
    apiVersion,
    kind: 'InitConfiguration',
    localAPIEndpoint: { advertiseAddress: machine.address, bindPort: config.bindPort },
    nodeRegistration: { name: machine.name, ...(criSocket === undefined ? {} : { criSocket }) },
    ...(machine.certificateKey === undefined ? {} : { certificateKey: machine.certificateKey }),
    ...(machine.bootstrapToken === undefined
      ? {}
      : {
          bootstrapTokens: [{ token: machine.bootstrapToken, ttl: '30m', description: 'repair of the control plane' }],
        }),
    ...(init['patches'] === undefined ? {} : { patches: init['patches'] }),
    ...(init['timeouts'] === undefined ? {} : { timeouts: init['timeouts'] }),
  }
  return [cluster, derived].map((document) => stringify(document)).join('---\n')
}
