import { bash, runScript } from '../shell/bash.ts'
import { restrictedManifest, restrictedName } from '../leader-election/restricted-controller-manager.ts'
import { siteOf, type NodeState, type ClusterState } from '../preflight/survey.ts'
import type { Step } from '../engine/step.ts'
import { waitForPort } from '../shell/wait-for-port.ts'
import { stagedManifestsDir } from '../shell/work-dir.ts'

/** The manifest of the full controller manager, or '' where one is installed already, full or restricted. */
async function fullManifest({ first }: ClusterState, signal: AbortSignal): Promise<string> {
  const dir = first.facts.manifestsDir
  const script = bash`
if [ ! -s ${dir}/kube-controller-manager.yaml ] && [ ! -s ${dir}/${restrictedName}.yaml ]; then
  cat ${stagedManifestsDir}/kube-controller-manager.yaml
fi
`
  const { stdout } = await runScript(first.node, 'read the manifest of the controller manager', script, { signal })
  return stdout
}

async function isInstalled({ node, facts }: NodeState, signal: AbortSignal): Promise<boolean> {
  const script = bash`
for name in kube-controller-manager ${restrictedName}; do
  if [ -s ${facts.manifestsDir}/"$name.yaml" ]; then echo yes; fi
done
`
  return (await runScript(node, 'look for a controller manager', script, { signal })).stdout.includes('yes')
}

async function installGagged({ first }: ClusterState, manifest: string, signal: AbortSignal): Promise<void> {
  const dir = first.facts.manifestsDir
  const script = bash`
umask 077
cat > ${dir}/.${restrictedName}.yaml
mv ${dir}/.${restrictedName}.yaml ${dir}/${restrictedName}.yaml
`
  await runScript(first.node, 'start the restricted controller manager', script, { signal, input: manifest })
}

/**
 * One controller manager with an allow-list of controllers, on the first control plane. It is started as soon as the
 * API server there listens: it waits for that itself, up to 10 s, and its own start takes seconds.
 */
export const startRestrictedControllerManager: Step = {
  id: 'start-restricted-controller-manager',
  title: 'Start one controller manager that only signs and publishes',
  async preview(context) {
    const { first } = await siteOf(context)
    if (await isInstalled(first, context.signal)) return []
    const reason = 'somebody must sign and publish, and nobody may evict, until every Node is back'
    return [{ node: first.node.name, action: `install the manifest of ${restrictedName}`, reason }]
  },
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    const { first } = site
    const [full] = await Promise.all([
      fullManifest(site, signal),
      waitForPort(first, first.address, site.config.bindPort, { signal }),
    ])
    if (full !== '') await installGagged(site, restrictedManifest(full), signal)
  },
}
