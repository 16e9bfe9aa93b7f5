import { parse, stringify } from 'yaml'
import { isObject, objectAt, objectsAt, wordsAt } from '../engine/json.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { ClusterState, Holds, Json, NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { stagedManifestsDir } from '../shell/work-dir.ts'
import { restrictedControllerManager } from '../static-pods/components.ts'
import { manifestFunction } from '../static-pods/manifests.ts'

/**
 * The controllers that restore a cluster's trust: tokens, the signature of cluster-info, certificate requests, the root
 * CA in every namespace. Not among them: node lifecycle, garbage collection, and all that create or delete pods. Names as in cmd/kube-controller-manager/names/controller_names.go, the same since 1.28.
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

/**
 * No leader election: it is the only one, and would wait 15 s for the lease of a dead leader. No port: it must not block
 * the full one. By default it writes 20 objects a second, and kubelets are silent until it has written the CA in every namespace
 * and each token in a Secret (--kube-api-qps).
 */
const flags = {
  ...{ controllers: allowedControllers.join(','), 'leader-elect': 'false', 'secure-port': '0' },
  ...{ 'kube-api-qps': '200', 'kube-api-burst': '400' },
} as const

/**
 * The manifest of the restricted controller manager, made from kubeadm's manifest of the full one. Its static pod has
 * another name, because kubelet delays a static pod by 10 to 15 s after one of the same name (backOffPeriod in
 * pkg/kubelet/pod_workers.go). Of further containers it has none. Throws TypeError for a manifest without a container.
 */
export function restrictedManifest(manifest: string): string {
  const pod: unknown = parse(manifest)
  const spec = isObject(pod) ? objectAt(pod, 'spec') : {}
  const containers = objectsAt(spec, 'containers')
  const container = containers.find(({ name }) => name === 'kube-controller-manager') ?? containers[0]
  if (!isObject(pod) || !container) throw new TypeError('not a manifest: it has no container')
  const withoutInit = Object.fromEntries(Object.entries(spec).filter(([key]) => key !== 'initContainers'))
  const metadata = objectAt(pod, 'metadata')
  const labels = { ...objectAt(metadata, 'labels'), component: restrictedControllerManager }
  const kept = Object.fromEntries(
    Object.entries(container).filter(([key]) => key !== 'ports' && !key.endsWith('Probe')),
  )
  const restricted = { ...kept, name: restrictedControllerManager, command: withFlags(container, flags) }
  return stringify({
    ...pod,
    metadata: { ...metadata, name: restrictedControllerManager, labels },
    spec: { ...withoutInit, containers: [restricted] },
  })
}

function withFlags(container: Json, wanted: Readonly<Record<string, string>>): string[] {
  const command = wordsAt(container, 'command')
  const isSet = (word: string) =>
    Object.keys(wanted).some((flag) => word === `--${flag}` || word.startsWith(`--${flag}=`))
  return [
    ...command.filter((word) => !isSet(word)),
    ...Object.entries(wanted).map(([flag, value]) => `--${flag}=${value}`),
  ]
}

/** The control planes whose kubelet has the manifest of the restricted controller manager; an earlier repair may have chosen another. */
export async function withRestricted(
  { controlPlanes }: Pick<ClusterState, 'controlPlanes'>,
  signal: AbortSignal,
): Promise<NodeState[]> {
  const found = await forEachNode(controlPlanes, async (host) => ((await hasRestricted(host, signal)) ? [host] : []))
  return found.flat()
}

async function hasRestricted({ node, facts }: NodeState, signal: AbortSignal): Promise<boolean> {
  const script = bash`
${emitFunction}
if [ -e ${facts.manifestsDir}/${restrictedControllerManager}.yaml ]; then echo yes; fi | emit restricted
`
  const { stdout } = await runScript(node, 'check for the restricted controller manager', script, {
    public: true,
    signal,
  })
  return parseFields(stdout)('restricted') === 'yes'
}

/** Starts it, made from the staged manifest of the full one. It is registered in `holds`. */
export async function startRestricted(host: NodeState, holds: Holds, signal: AbortSignal): Promise<void> {
  const { node, facts } = host
  const dir = facts.manifestsDir
  holds.set(restrictedControllerManager, {
    until: `until ${dir}/${restrictedControllerManager}.yaml is removed on ${node.name}, or the repair is run again`,
    release: (limit) => stopRestricted(host, holds, limit),
  })
  const read = bash`cat ${stagedManifestsDir}/kube-controller-manager.yaml`
  const { stdout } = await runScript(node, 'read the staged controller manager manifest', read, { signal })
  const install = bash`
umask 077
cat > ${dir}/.${restrictedControllerManager}.yaml
mv ${dir}/.${restrictedControllerManager}.yaml ${dir}/${restrictedControllerManager}.yaml
`
  const input = restrictedManifest(stdout)
  await runScript(node, 'start the restricted controller manager', install, { public: true, signal, input })
}

/** Whether any controller manager has a manifest there, full or restricted. */
export async function hasControllerManager(host: NodeState, signal: AbortSignal): Promise<boolean> {
  const script = bash`
${emitFunction}
${manifestFunction(host)}
for name in kube-controller-manager ${restrictedControllerManager}; do
  if [ -s "$(manifest_of "$name")" ]; then echo "$name"; fi
done | emit installed
`
  const { stdout } = await runScript(host.node, 'check for a controller manager', script, { public: true, signal })
  return parseFields(stdout)('installed') !== ''
}

/** Stops it with SIGKILL: on SIGTERM it would wait 10 s for its controllers (--controller-shutdown-timeout). */
export async function stopRestricted({ node, facts }: NodeState, holds: Holds, signal: AbortSignal): Promise<void> {
  const script = bash`
rm -f ${facts.manifestsDir}/${restrictedControllerManager}.yaml
for container in $(crictl ps --quiet --name ${restrictedControllerManager}); do
  crictl --timeout 60s stop --timeout 0 "$container" >&2 || true
done
`
  await runScript(node, 'stop the restricted controller manager', script, { public: true, signal })
  holds.delete(restrictedControllerManager)
}
