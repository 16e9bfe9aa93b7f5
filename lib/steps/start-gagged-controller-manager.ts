import { bash, runScript } from '../bash.ts'
import { gaggedFlags } from '../controllers.ts'
import { onEach } from '../each.ts'
import { kubeFunction } from '../kube-api.ts'
import { installFunction, withFlags } from '../manifests.ts'
import { setAsideFunctions } from '../set-aside.ts'
import { siteOf, type Host, type Site } from '../site.ts'
import type { Step } from '../step.ts'
import { preparedManifestsDir } from '../work-dir.ts'

async function waitUntilReady(host: Host, site: Site, signal: AbortSignal): Promise<void> {
  const script = bash`
${kubeFunction(host, site)}
deadline=$((SECONDS + 120))
until answer=$(kube get --raw /readyz 2>&1); do
  if [ "$SECONDS" -ge "$deadline" ]; then printf '%s\n' "$answer" >&2; exit 1; fi
  sleep 0.2
done
`
  await runScript(host.node, 'wait until the API server is ready', script, { signal, timeoutMs: 150_000 })
}

/**
 * One controller manager with an allow-list of controllers, on the first control plane. It is started as soon as the API servers listen, since
 * it waits for them itself and its own start takes seconds.
 */
export const startGaggedControllerManager: Step = {
  id: 'start-gagged-controller-manager',
  title: 'Start one controller manager that only signs and publishes, and wait until the API is ready',
  async run(context) {
    const site = await siteOf(context)
    const { node, facts } = site.first
    const probe = bash`if [ -s ${facts.manifestsDir}/kube-controller-manager.yaml ]; then echo there; fi`
    const { stdout } = await runScript(node, 'look for a controller manager', probe, { signal: context.signal })
    if (stdout.trim() !== 'there') {
      const full = await node.readFile(`${preparedManifestsDir}/kube-controller-manager.yaml`)
      const gagged = `${preparedManifestsDir}/gagged-kube-controller-manager.yaml`
      await node.writeFile(gagged, withFlags(full.toString(), gaggedFlags))
      const install = bash`
${setAsideFunctions(site.stamp)}
${installFunction(site.first)}
install_manifest kube-controller-manager ${gagged}
`
      await runScript(node, 'install the manifest of the gagged controller manager', install, {
        signal: context.signal,
      })
    }
    await onEach(site.controlPlanes, (host) => waitUntilReady(host, site, context.signal))
    context.emit({ type: 'milestone.reached', milestone: 'api-ready' })
  },
}
