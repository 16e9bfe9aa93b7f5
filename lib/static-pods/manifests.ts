import { asItRan, runsTheSame } from './preserve-customizations.ts'
import { bash, runScript, type Script } from '../shell/bash.ts'
import { onEach } from '../engine/for-each-node.ts'
import { factFunction, factsIn } from '../shell/script-output.ts'
import { reportSetAside, setAsideFunctions } from '../shell/backup.ts'
import { siteOf, type Host, type Site } from '../preflight/survey.ts'
import { components, type Component } from './sandboxes.ts'
import type { PlannedAction, RecoveryContext } from '../engine/step.ts'
import { kubeadmConfigPath, preparedManifestsDir } from '../shell/work-dir.ts'

/**
 * Lets kubeadm write the manifests where kubelet does not look, and prints each as a fact, and those that kubelet has.
 * kubeadm does that in a dry
 * run only; KUBEADM_INIT_DRYRUN_DIR names the directory (older ones make another below it).
 */
export const makeManifests = (host: Host): Script => bash`
${factFunction}
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
KUBEADM_INIT_DRYRUN_DIR=$made kubeadm init phase etcd local --dry-run --config ${kubeadmConfigPath} >&2
KUBEADM_INIT_DRYRUN_DIR=$made kubeadm init phase control-plane all --dry-run --config ${kubeadmConfigPath} >&2
for component in ${components}; do
  cat "$(find "$made" -name "$component.yaml" | head -n 1)" | fact "manifest:$component"
  { cat ${host.facts.manifestsDir}/"$component.yaml" 2>/dev/null || true; } | fact "present:$component"
done
`

/**
 * Lays the manifests ready that makeManifests printed, so that each can be started at its time by a mere rename: with
 * the flags and volumes that the lost ones had. One that kubelet has and that runs just this is taken as it is.
 */
export async function prepareManifests(host: Host, output: string, signal: AbortSignal): Promise<void> {
  const text = factsIn(output)
  const manifests = components.map((component) => {
    const ran = host.ranWith.get(component)
    const made = `${text(`manifest:${component}`)}\n`
    const wanted = ran ? asItRan(made, ran) : made
    const present = `${text(`present:${component}`)}\n`
    return [component, runsTheSame(present, wanted) ? present : wanted] as const
  })
  const script = bash`
umask 077
mkdir -p ${preparedManifestsDir}
cd ${preparedManifestsDir}
while read -r component manifest; do
  base64 -d <<< "$manifest" > ".$component.yaml"
  mv ".$component.yaml" "$component.yaml"
done
`
  const input = manifests.map(([name, manifest]) => `${name} ${Buffer.from(manifest).toString('base64')}\n`).join('')
  await runScript(host.node, 'lay the manifests ready', script, { signal, input })
}

/** Whether kubelet has been given these manifests, as they were prepared. */
export async function isInstalled(host: Host, wanted: readonly Component[], signal: AbortSignal): Promise<boolean> {
  const script = bash`
for component in ${wanted}; do
  file=$component.yaml
  cmp --silent ${preparedManifestsDir}/"$file" ${host.facts.manifestsDir}/"$file" || { echo no; exit 0; }
done
`
  const { stdout } = await runScript(host.node, `compare manifests of ${wanted.join(', ')}`, script, { signal })
  return stdout.trim() === ''
}

/** The control planes whose kubelet does not have the prepared manifests of these components. */
export async function withoutManifest(context: RecoveryContext, ...wanted: readonly Component[]): Promise<Host[]> {
  const { controlPlanes } = await siteOf(context)
  const found = await onEach(controlPlanes, async (host) =>
    (await isInstalled(host, wanted, context.signal)) ? [] : [host],
  )
  return found.flat()
}

/** What a plan says of a control plane that withoutManifest found. */
export const describeInstall =
  (component: Component) =>
  ({ node }: Host): readonly PlannedAction[] => [
    { node: node.name, action: `install the manifest of ${component}`, reason: 'missing, or not as prepared' },
  ]

/**
 * Gives a prepared manifest to kubelet: written under a name that kubelet ignores, then renamed. One that was there
 * is copied aside.
 */
export async function installManifest(
  context: RecoveryContext,
  site: Site,
  host: Host,
  component: Component,
): Promise<void> {
  const script = bash`
${setAsideFunctions(site.stamp)}
${installFunction(host)}
install_manifest ${component} ${preparedManifestsDir}/${component}.yaml
`
  const result = await runScript(host.node, `install the manifest of ${component}`, script, { signal: context.signal })
  reportSetAside(context, host.node.name, result)
}

/** `install_manifest COMPONENT FILE`, for scripts that have the set-aside functions. */
export function installFunction(host: Host): ReturnType<typeof bash> {
  const dir = host.facts.manifestsDir
  return bash`
install_manifest() {
  mkdir -p ${dir}
  if cmp --silent "$2" ${dir}/"$1.yaml"; then return; fi
  keep_copy ${dir}/"$1.yaml"
  install -m 0600 "$2" ${dir}/".$1.yaml"
  mv ${dir}/".$1.yaml" ${dir}/"$1.yaml"
}
`
}
