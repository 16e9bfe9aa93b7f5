import { bash, runScript } from '../shell/bash.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { stopOrphanedScripts } from '../shell/orphaned-scripts.ts'
import { nodeConfigOf } from '../kubeadm/node-configs.ts'
import { reportInputs } from '../preflight/report-inputs.ts'
import { readSharedCerts } from '../pki/shared-certs.ts'
import { siteOf, type ClusterState } from '../preflight/survey.ts'
import type { Step } from '../engine/step.ts'
import { knownCasPath, kubeadmConfigPath, workDir } from '../shell/work-dir.ts'

/**
 * Asks every machine what it is, and refuses an inventory or a configuration that does not fit, before anything is
 * written.
 */
export const preflight: Step = {
  id: 'preflight',
  title: 'Look at every machine, then lay its kubeadm configuration ready on each control plane',
  async preview(context) {
    const { controlPlanes } = await siteOf(context)
    const reason = 'kubeadm needs it there'
    return controlPlanes.map(({ node }) => ({ node: node.name, action: `write ${kubeadmConfigPath}`, reason }))
  },
  async run(context) {
    await stopOrphanedScripts(context)
    const site = await siteOf(context)
    // Refuses control planes that hold different ones.
    await readSharedCerts(context, site)
    reportInputs(context, site)
    await rememberKnownCas(site, context.signal)
    await forEachNode(site.controlPlanes, async (host) => {
      const input = nodeConfigOf(site, host)
      const script = bash`
umask 077
mkdir -p ${workDir}
cat > ${kubeadmConfigPath}.new
if cmp --silent ${kubeadmConfigPath}.new ${kubeadmConfigPath}; then
  rm ${kubeadmConfigPath}.new
  exit 0
fi
mv ${kubeadmConfigPath}.new ${kubeadmConfigPath}
`
      await runScript(host.node, 'lay the kubeadm configuration ready', script, { signal: context.signal, input })
    })
  },
}

/** So that a repair that is run again still knows that machines with the old and the new CA are of one cluster. */
async function rememberKnownCas({ machines }: ClusterState, signal: AbortSignal): Promise<void> {
  await forEachNode(machines, async ({ node, facts }) => {
    const script = bash`
mkdir -p -m 0700 ${workDir}
cat > ${knownCasPath}.new
mv ${knownCasPath}.new ${knownCasPath}
`
    const input = facts.knownCas.map((pem) => `${pem}\n`).join('')
    await runScript(node, 'remember which CAs were known', script, { signal, input })
  })
}
