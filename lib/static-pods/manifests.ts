import { letRead } from './run-as.ts'
import { isManifest } from './is-manifest.ts'
import { restoredManifest } from './restored-manifest.ts'
import { bash, runScript, type Script } from '../shell/bash.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { emitFunction, linesOf, parseFields } from '../shell/script-output.ts'
import type { NodeState, ClusterState, Component } from '../model.ts'
import { components, stoppedFor } from './components.ts'
import type { PlannedAction, RecoveryContext } from '../engine/step.ts'
import { kubeadmConfigPath, stagedManifestsDir, stoppedManifestsDir } from '../shell/work-dir.ts'

/**
 * `manifest_of COMPONENT`, for scripts: prints where kubelet has its manifest, whatever the file is called; nothing where
 * it has none. kubelet reads every file there whose name does not begin with a dot (pkg/kubelet/config/file.go).
 */
export function manifestFunction({ facts: { manifestsDir } }: Pick<NodeState, 'facts'>): Script {
  return bash`
manifest_of() {
  local file
  if [ -e ${manifestsDir}/"$1.yaml" ]; then echo ${manifestsDir}/"$1.yaml"; return; fi
  for file in ${manifestsDir}/*; do
    if [ -f "$file" ] && grep -qE "^( *\"?component\"?|  name): *\"?$1\"?,? *$" "$file"; then echo "$file"; return; fi
  done
}
`
}

/**
 * Lets kubeadm write the manifests outside kubelet's static pod path, and emits them beside those that kubelet has, or had until the
 * repair took them.
 * kubeadm does that in a dry run only; KUBEADM_INIT_DRYRUN_DIR names the directory (older versions make another below
 * it).
 */
export const makeManifests = (host: NodeState): Script => bash`
${emitFunction}
${manifestFunction(host)}
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
KUBEADM_INIT_DRYRUN_DIR=$made kubeadm init phase etcd local --dry-run --config ${kubeadmConfigPath} >&2
KUBEADM_INIT_DRYRUN_DIR=$made kubeadm init phase control-plane all --dry-run --config ${kubeadmConfigPath} >&2
for component in ${components}; do
  cat "$(find "$made" -name "$component.yaml" | head -n 1)" | emit "manifest:$component"
  { cat "$(manifest_of "$component")" 2>/dev/null || cat ${stoppedManifestsDir}/"$component.yaml" 2>/dev/null || true; } |
    emit "present:$component"
done
`

/**
 * Stages the manifests that makeManifests emitted, so that each can be started later by a mere rename: as the lost ones ran. A
 * manifest that kubelet has and can run is taken as it is.
 */
export async function stageManifests(host: NodeState, output: string, signal: AbortSignal): Promise<void> {
  const text = parseFields(output)
  const manifests = components.map((component) => {
    const ran = host.mirrorPodSpecs.get(component)
    const made = `${text(`manifest:${component}`)}\n`
    const wanted = ran?.pod ? restoredManifest(made, ran.pod, component) : made
    const present = `${text(`present:${component}`)}\n`
    return [component, isManifest(present) ? present : wanted] as const
  })
  const script = bash`
umask 077
mkdir -p ${stagedManifestsDir}
cd ${stagedManifestsDir}
while read -r component manifest; do
  base64 -d <<< "$manifest" > ".$component.yaml"
  mv ".$component.yaml" "$component.yaml"
done
`
  const input = manifests.map(([name, manifest]) => `${name} ${Buffer.from(manifest).toString('base64')}\n`).join('')
  await runScript(host.node, 'stage the manifests', script, { public: true, signal, input })
}

/**
 * Whether kubelet has been given manifests of these components. What they say is the operator's business: a manifest
 * that kubelet can run is never replaced.
 */
export async function isInstalled(
  host: NodeState,
  wanted: readonly Component[],
  signal: AbortSignal,
): Promise<boolean> {
  return (await missingManifests(host, wanted, signal)).length === 0
}

/** Those of these components of which kubelet has no manifest. */
export async function missingManifests(
  host: NodeState,
  wanted: readonly Component[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const script = bash`
${emitFunction}
${manifestFunction(host)}
for component in ${wanted}; do
  if [ ! -s "$(manifest_of "$component")" ]; then echo "$component"; fi
done | emit missing
`
  const { stdout } = await runScript(host.node, `find missing manifests of ${wanted.join(', ')}`, script, {
    public: true,
    signal,
  })
  return linesOf(parseFields(stdout)('missing'))
}

/** The control planes whose kubelet lacks a manifest of these components, or from whose kubelet the repair will take it. */
export async function withoutManifest(
  { controlPlanes, learned }: ClusterState,
  { signal }: Pick<RecoveryContext, 'signal'>,
  ...wanted: readonly Component[]
): Promise<NodeState[]> {
  const stopped = learned.replaced ? stoppedFor(learned.replaced) : []
  if (wanted.some((component) => stopped.includes(component))) return [...controlPlanes]
  const found = await forEachNode(controlPlanes, async (host) =>
    (await isInstalled(host, wanted, signal)) ? [] : [host],
  )
  return found.flat()
}

/** What a plan says of a control plane that withoutManifest found. */
export const describeInstall =
  (component: Component) =>
  ({ node }: NodeState): readonly PlannedAction[] => [
    { node: node.name, action: `install the manifest of ${component}`, reason: 'missing' },
  ]

/** Gives a staged manifest to kubelet, where it has none: written under a name that kubelet ignores, then renamed. */
export async function installManifest(
  { signal }: Pick<RecoveryContext, 'signal'>,
  host: NodeState,
  component: Component,
): Promise<void> {
  const script = bash`
${letRead(host, [component])}
${installFunction(host)}
install_manifest ${component} ${stagedManifestsDir}/${component}.yaml
`
  await runScript(host.node, `install the manifest of ${component}`, script, { public: true, signal })
}

/** The same on several machines at once. */
export async function installManifests(
  context: RecoveryContext,
  hosts: readonly NodeState[],
  component: Component,
): Promise<void> {
  await forEachNode(hosts, (host) => installManifest(context, host, component))
}

/**
 * `install_manifest COMPONENT FILE`, for scripts. A manifest that is there stays, since it may be younger than the staged one:
 * one that kubelet cannot run was backed up and removed before.
 */
export function installFunction(host: NodeState): ReturnType<typeof bash> {
  const dir = host.facts.manifestsDir
  return bash`
${manifestFunction(host)}
install_manifest() {
  mkdir -p ${dir}
  if [ -s "$(manifest_of "$1")" ]; then return; fi
  install -m 0600 "$2" ${dir}/".$1.yaml"
  mv ${dir}/".$1.yaml" ${dir}/"$1.yaml"
}
`
}
