import { stringify } from 'yaml'
import type { KubeadmConfig } from '../model.ts'

export interface Joining {
  /** The name of the machine's Node. */
  readonly name: string
  /** How it discovers the cluster: by cluster-info signed with this token, its CA pinned, or by a kubeconfig on the machine. */
  readonly discovery: { readonly endpoint: string; readonly caCertHash: string } | { readonly file: string }
  readonly token: string
  /** Flags of its kubelet, as its own flags file has them. */
  readonly kubeletArgs?: readonly (readonly [name: string, value: string])[]
  readonly criSocket?: string
  /** A directory with patches, on the machine. */
  readonly patches?: string
  /** The address of its API server; control planes only. */
  readonly controlPlane?: { readonly address: string; readonly port: number; readonly certificateKey: string }
}

/**
 * The file for the phases of `kubeadm join`. Holds a token: it goes through standard input and is removed after use,
 * because arguments are visible to every user of the machine.
 */
export function joinConfiguration(apiVersion: KubeadmConfig['apiVersion'], joining: Joining): string {
  const { name, discovery, token, kubeletArgs = [], criSocket, patches, controlPlane } = joining
  const found =
    'file' in discovery
      ? { file: { kubeConfigPath: discovery.file } }
      : {
          bootstrapToken: { token, apiServerEndpoint: discovery.endpoint, caCertHashes: [discovery.caCertHash] },
        }
  const listed = apiVersion === 'kubeadm.k8s.io/v1beta4'
  return stringify({
    apiVersion,
    kind: 'JoinConfiguration',
    discovery: { ...found, tlsBootstrapToken: token },
    nodeRegistration: {
      name,
      taints: [],
      ...(criSocket === undefined ? {} : { criSocket }),
      ...(kubeletArgs.length === 0
        ? {}
        : {
            kubeletExtraArgs: listed
              ? kubeletArgs.map(([flag, value]) => ({ name: flag, value }))
              : Object.fromEntries(kubeletArgs),
          }),
    },
    ...(patches === undefined ? {} : { patches: { directory: patches } }),
    ...(controlPlane === undefined
      ? {}
      : {
          controlPlane: {
            localAPIEndpoint: { advertiseAddress: controlPlane.address, bindPort: controlPlane.port },
            certificateKey: controlPlane.certificateKey,
          },
        }),
  })
}

/** The flags in kubeadm-flags.env: KUBELET_KUBEADM_ARGS="--node-ip=10.0.0.1 --x=". */
export function kubeletArgsIn(env: string): (readonly [name: string, value: string])[] {
  const [, args = ''] = /^KUBELET_KUBEADM_ARGS="?([^"\n]*)"?\s*$/m.exec(env) ?? []
  return args.split(/\s+/).flatMap((word) => {
    const [, name, value] = /^--([^=]+)=(.*)$/.exec(word) ?? []
    return name === undefined || value === undefined ? [] : [[name, value] as const]
  })
}
