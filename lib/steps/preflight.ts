import { bash, runScript } from '../shell/bash.ts'
import { onEach } from '../engine/for-each-node.ts'
import { endLeftovers } from '../shell/orphaned-scripts.ts'
import { hostConfig } from '../kubeadm/node-configs.ts'
import { tellInputs } from '../preflight/report-inputs.ts'
import { lookAtAuthorities } from '../pki/shared-certs.ts'
import { siteOf, type Site } from '../preflight/survey.ts'
import type { Step } from '../engine/step.ts'
import { authoritiesSeenPath, kubeadmConfigPath, workDir } from '../shell/work-dir.ts'

/**
 * Asks every machine what it is, and refuses an inventory or a configuration that does not fit, before anything is
 * written.
 */
export const lookAround: Step = {
  id: 'look-around',
  title: 'Look at every machine, then lay its kubeadm configuration ready on each control plane',
  async preview(context) {
    const { controlPlanes } = await siteOf(context)
    const reason = 'kubeadm needs it there'
    return controlPlanes.map(({ node }) => ({ node: node.name, action: `write ${kubeadmConfigPath}`, reason }))
  },
  async run(context) {
    await endLeftovers(context)
    const site = await siteOf(context)
    // Refuses control planes that hold different ones.
    await lookAtAuthorities(context, site)
    tellInputs(context, site)
    await rememberAuthorities(site, context.signal)
    await onEach(site.controlPlanes, async (host) => {
      const input = hostConfig(site, host)
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
async function rememberAuthorities({ machines }: Site, signal: AbortSignal): Promise<void> {
  await onEach(machines, async ({ node, facts }) => {
    const script = bash`
mkdir -p -m 0700 ${workDir}
cat > ${authoritiesSeenPath}.new
mv ${authoritiesSeenPath}.new ${authoritiesSeenPath}
`
    const input = facts.authoritiesSeen.map((pem) => `${pem}\n`).join('')
    await runScript(node, 'remember which CAs were known', script, { signal, input })
  })
}
