import { parse, stringify } from 'yaml'
import { isObject, objectAt, type Json } from '../kubeadm/kubeadm-config.ts'

/**
 * The controllers that a cluster needs to get its trust back: tokens, cluster-info's signature, certificate requests,
 * the root CA in every namespace. Not among them: the node lifecycle, garbage collection, and all that creates or
 * deletes pods. Names as in cmd/kube-controller-manager/names/controller_names.go, the same since 1.28.
 */
const allowedControllers = [
  'serviceaccount-token-controller',
  'serviceaccount-controller',
  'bootstrap-signer-controller',
  'token-cleaner-controller',
  'certificatesigningrequest-signing-controller',
  'certificatesigningrequest-approving-controller',
  'root-ca-certificate-publisher-controller',
] as const

/** The name of its static pod, its container and its manifest. */
export const restrictedName = 'kube-controller-manager-restricted'

/**
 * No election: it is the only one, and a new one would wait 15 s for the lease of a dead one. No port: it must not
 * keep the full one from starting.
 */
const flags = { controllers: allowedControllers.join(','), 'leader-elect': 'false', 'secure-port': '0' } as const

/**
 * The restricted controller manager, made of kubeadm's manifest of the full one. It is a static pod of another name,
 * because kubelet lets the successor of a static pod of the same name wait 10 to 15 s (backOffPeriod in
 * pkg/kubelet/pod_workers.go).
 */
export function restrictedManifest(manifest: string): string {
  const pod: unknown = parse(manifest)
  const spec = isObject(pod) ? objectAt(pod, 'spec') : {}
  const containers = Array.isArray(spec['containers']) ? spec['containers'].filter(isObject) : []
  const [container] = containers
  if (!isObject(pod) || !container || containers.length !== 1) {
    throw new TypeError('this is no manifest of kubeadm: it has not exactly one container')
  }
  const metadata = objectAt(pod, 'metadata')
  const labels = { ...objectAt(metadata, 'labels'), component: restrictedName }
  const kept = Object.fromEntries(
    Object.entries(container).filter(([key]) => key !== 'ports' && !key.endsWith('Probe')),
  )
  const restricted = { ...kept, name: restrictedName, command: withFlags(container, flags) }
  return stringify({
    ...pod,
    metadata: { ...metadata, name: restrictedName, labels },
    spec: { ...spec, containers: [restricted] },
  })
}

function withFlags(container: Json, wanted: Readonly<Record<string, string>>): string[] {
  const command = Array.isArray(container['command']) ? container['command'].map(String) : []
  const isSet = (word: string) =>
    Object.keys(wanted).some((flag) => word === `--${flag}` || word.startsWith(`--${flag}=`))
  return [
    ...command.filter((word) => !isSet(word)),
    ...Object.entries(wanted).map(([flag, value]) => `--${flag}=${value}`),
  ]
}
