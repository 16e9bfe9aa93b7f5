import { bash, runScript } from '../bash.ts'
import { onEach } from '../each.ts'
import { machineConfig } from '../kubeadm/machine-config.ts'
import { siteOf } from '../site.ts'
import type { Step } from '../step.ts'
import { kubeadmConfigPath, workDir } from '../work-dir.ts'

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
    const site = await siteOf(context)
    for (const { node, facts } of site.machines) {
      for (const path of facts.filesRead) context.emit({ type: 'input.used', node: node.name, path })
    }
    await onEach(site.controlPlanes, async ({ node, address }) => {
      const input = machineConfig(site.config, { name: node.name, address })
      const script = bash`
umask 077
mkdir -p ${workDir}
cat > ${kubeadmConfigPath}.new
if cmp --silent ${kubeadmConfigPath}.new ${kubeadmConfigPath}; then exit 0; fi
mv ${kubeadmConfigPath}.new ${kubeadmConfigPath}
`
      await runScript(node, 'lay the kubeadm configuration ready', script, { signal: context.signal, input })
    })
  },
}
