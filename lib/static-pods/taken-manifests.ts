import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryContext } from '../engine/step.ts'
import type { ClusterState, Component, NodeState } from '../model.ts'
import { backupFunctions, reportBackups } from '../shell/backup.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { stoppedManifestsDir } from '../shell/work-dir.ts'
import { components } from './components.ts'
import { installFunction, manifestFunction } from './manifests.ts'

/** The name of what is held while kubelets are without the manifests that the repair took. */
export const takenManifests = 'the manifests of the control planes'

/**
 * Takes manifests from a kubelet, which stops the static pods then. They are kept byte for byte until kubelet has them again, and moved
 * to the backup. Safe to be cut anywhere: a manifest is taken when its copy is complete.
 */
export async function takeManifests(
  context: RecoveryContext,
  { stamp }: Pick<ClusterState, 'stamp'>,
  host: NodeState,
  taken: readonly Component[],
): Promise<void> {
  const script = bash`
${backupFunctions(stamp)}
${manifestFunction(host)}
umask 077
mkdir -p ${stoppedManifestsDir}
cd ${stoppedManifestsDir}
for component in ${taken}; do
  manifest=$(manifest_of "$component")
  if [ ! -s "$manifest" ]; then continue; fi
  cp "$manifest" ".$component.yaml"
  mv ".$component.yaml" "$component.yaml"
  move_to_backup "$manifest"
done
`
  const title = 'stop what runs with the old CA'
  const result = await runScript(host.node, title, script, { public: true, signal: context.signal })
  reportBackups(context, host.node.name, result)
}

/** Gives back what takeManifests took, where kubelet has no other since. Safe to call twice. */
export async function giveBackManifests(hosts: readonly NodeState[], signal: AbortSignal): Promise<void> {
  await forEachNode(hosts, async (host) => {
    const script = bash`
${installFunction(host)}
for component in ${components}; do
  taken=${stoppedManifestsDir}/$component.yaml
  if [ ! -s "$taken" ]; then continue; fi
  install_manifest "$component" "$taken"
  rm "$taken"
done
`
    await runScript(host.node, 'give manifests back', script, { public: true, signal })
  })
}

/** Whether the repair, or one before it that was killed, has a manifest that it took. */
export async function isTaken({ node }: NodeState, component: Component, signal: AbortSignal): Promise<boolean> {
  const script = bash`
${emitFunction}
if [ -s ${stoppedManifestsDir}/${component}.yaml ]; then echo yes; fi | emit taken
`
  const { stdout } = await runScript(node, `check for a taken manifest of ${component}`, script, {
    public: true,
    signal,
  })
  return parseFields(stdout)('taken') === 'yes'
}
