import { bash, markVariable, runScript, type Script } from '../shell/bash.ts'
import { installFunction } from '../static-pods/manifests.ts'
import { reportSetAside, setAsideFunctions } from '../shell/backup.ts'
import type { Host, Site } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { preparedManifestsDir, workDir } from '../shell/work-dir.ts'

/** Says that the full controller manager on this machine runs for a moment only, and is not brought back yet. */
const mark = `${workDir}/controller-manager-on-trial`

/**
 * A controller manager calls a silent Node NotReady 50 s after its own start (40 s before 1.32), and with that takes
 * its pods out of their Services. It must be gone well before.
 */
export const trialMs = 30_000

const end = (host: Host): Script => bash`
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
export async function startTrial(context: RecoveryContext, site: Site, host: Host): Promise<void> {
  const watchdog = bash`
sleep ${Math.ceil(trialMs / 1000) + 5}
if [ "$(cat ${mark} 2>/dev/null)" = ${site.stamp} ]; then
${end(host)}
fi
`
  const script = bash`
${setAsideFunctions(site.stamp)}
${installFunction(host)}
printf '%s' ${site.stamp} > ${mark}
env -u ${markVariable} setsid --fork bash -c ${watchdog.text} < /dev/null > /dev/null 2>&1
install_manifest kube-controller-manager ${preparedManifestsDir}/kube-controller-manager.yaml
`
  const result = await runScript(host.node, 'start the full controller manager for a while', script, {
    signal: context.signal,
  })
  reportSetAside(context, host.node.name, result)
}

/** Ends it. Killed, since told politely it would wait 10 s for its controllers (--controller-shutdown-timeout). */
export async function endTrial(host: Host, signal?: AbortSignal): Promise<void> {
  await runScript(host.node, 'end the full controller manager', end(host), signal ? { signal } : {})
}

/** Whether a full controller manager on trial is there, one that was brought back for good, or none. */
export async function trialState(host: Host, signal: AbortSignal): Promise<'on trial' | 'installed' | 'none'> {
  const script = bash`
if [ ! -e ${host.facts.manifestsDir}/kube-controller-manager.yaml ]; then echo 'none'
elif [ -e ${mark} ]; then echo 'on trial'
else echo 'installed'; fi
`
  const { stdout } = await runScript(host.node, 'look for a full controller manager on trial', script, { signal })
  return stdout.trim() as 'on trial' | 'installed' | 'none'
}
