import { bash, markVariable, runScript, type Script } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { installFunction } from '../static-pods/manifests.ts'
import type { NodeState, ClusterState } from '../model.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stagedManifestsDir, workDir } from '../shell/work-dir.ts'

/** Marks the full controller manager on this machine as temporary, not yet started for good. */
const mark = `${workDir}/temporary-controller-manager`

/**
 * A controller manager marks a silent Node NotReady 50 s after its own start (40 s before 1.32), and so removes its pods
 * from their Services. It must be stopped well before.
 */
export const temporaryTimeoutMs = 30_000

const end = (host: NodeState): Script => bash`
rm -f ${host.facts.manifestsDir}/kube-controller-manager.yaml
for container in $(crictl ps --quiet --name '^kube-controller-manager$'); do
  crictl --timeout 60s stop --timeout 0 "$container" >&2 || true
done
rm -f ${mark}
`

/**
 * Starts the full controller manager of a machine temporarily. A watchdog on the machine itself stops it if the repair
 * dies meanwhile.
 */
export async function startTemporary(context: RecoveryContext, cluster: ClusterState, host: NodeState): Promise<void> {
  const watchdog = bash`
sleep ${Math.ceil(temporaryTimeoutMs / 1000) + 5}
if [ "$(cat ${mark} 2>/dev/null)" = ${cluster.stamp} ]; then
${end(host)}
fi
`
  const script = bash`
${installFunction(host)}
printf '%s' ${cluster.stamp} > ${mark}
env -u ${markVariable} setsid --fork bash -c ${watchdog.text} < /dev/null > /dev/null 2>&1
install_manifest kube-controller-manager ${stagedManifestsDir}/kube-controller-manager.yaml
`
  await runScript(host.node, 'start a temporary controller manager', script, { public: true, signal: context.signal })
}

/** Stops it with SIGKILL: on SIGTERM it would wait 10 s for its controllers (--controller-shutdown-timeout). */
export async function stopTemporary(host: NodeState, signal?: AbortSignal): Promise<void> {
  await runScript(host.node, 'stop the temporary controller manager', end(host), {
    public: true,
    ...(signal ? { signal } : {}),
  })
}

/** Whether there is a temporary controller manager, one that was started for good, or none. */
export async function temporaryState(
  host: NodeState,
  signal: AbortSignal,
): Promise<'temporary' | 'installed' | 'none'> {
  const script = bash`
${emitFunction}
{
  if [ ! -e ${host.facts.manifestsDir}/kube-controller-manager.yaml ]; then echo 'none'
  elif [ -e ${mark} ]; then echo 'temporary'
  else echo 'installed'; fi
} | emit state
`
  const { stdout } = await runScript(host.node, 'check for a temporary controller manager', script, {
    public: true,
    signal,
  })
  return parseFields(stdout)('state') as 'temporary' | 'installed' | 'none'
}
