import { bash, markVariable, runScript, type Script } from '../shell/bash.ts'
import { installFunction } from '../static-pods/manifests.ts'
import { reportBackups, backupFunctions } from '../shell/backup.ts'
import type { NodeState, ClusterState } from '../model.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stagedManifestsDir, workDir } from '../shell/work-dir.ts'

/** Says that the full controller manager on this machine runs for a moment only, and is not brought back yet. */
const mark = `${workDir}/temporary-controller-manager`

/**
 * A controller manager calls a silent Node NotReady 50 s after its own start (40 s before 1.32), and with that takes
 * its pods out of their Services. It must be gone well before.
 */
export const temporaryTimeoutMs = 30_000

const end = (host: NodeState): Script => bash`
rm -f ${host.facts.manifestsDir}/kube-controller-manager.yaml
for container in $(crictl ps --quiet --name '^kube-controller-manager$'); do
  crictl stop --timeout 0 "$container" >&2 || true
done
rm -f ${mark}
`

/**
 * Starts the full controller manager of a machine for a while. A watchdog on the machine itself ends it should the
 * repair die meanwhile.
 */
export async function startTemporary(context: RecoveryContext, cluster: ClusterState, host: NodeState): Promise<void> {
  const watchdog = bash`
sleep ${Math.ceil(temporaryTimeoutMs / 1000) + 5}
if [ "$(cat ${mark} 2>/dev/null)" = ${cluster.stamp} ]; then
${end(host)}
fi
`
  const script = bash`
${backupFunctions(cluster.stamp)}
${installFunction(host)}
printf '%s' ${cluster.stamp} > ${mark}
env -u ${markVariable} setsid --fork bash -c ${watchdog.text} < /dev/null > /dev/null 2>&1
install_manifest kube-controller-manager ${stagedManifestsDir}/kube-controller-manager.yaml
`
  const result = await runScript(host.node, 'start the full controller manager for a while', script, {
    signal: context.signal,
  })
  reportBackups(context, host.node.name, result)
}

/** Ends it. Killed, since told politely it would wait 10 s for its controllers (--controller-shutdown-timeout). */
export async function stopTemporary(host: NodeState, signal?: AbortSignal): Promise<void> {
  await runScript(host.node, 'end the full controller manager', end(host), signal ? { signal } : {})
}

/** Whether a temporary controller manager is there, one that was brought back for good, or none. */
export async function temporaryState(
  host: NodeState,
  signal: AbortSignal,
): Promise<'temporary' | 'installed' | 'none'> {
  const script = bash`
if [ ! -e ${host.facts.manifestsDir}/kube-controller-manager.yaml ]; then echo 'none'
elif [ -e ${mark} ]; then echo 'temporary'
else echo 'installed'; fi
`
  const { stdout } = await runScript(host.node, 'look for a temporary controller manager', script, { signal })
  return stdout.trim() as 'temporary' | 'installed' | 'none'
}
