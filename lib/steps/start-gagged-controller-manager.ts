import { bash, runScript } from '../bash.ts'
import { onEach } from '../each.ts'
import { gaggedManifest, gaggedName } from '../gagged-manifest.ts'
import { kubeFunction, serverUrl } from '../kube-api.ts'
import { siteOf, type Host, type Site } from '../site.ts'
import type { Step } from '../step.ts'
import { waitForPort } from '../wait-for-port.ts'
import { preparedManifestsDir } from '../work-dir.ts'

/** The manifest of the full controller manager, or '' where one is installed already, full or gagged. */
async function fullManifest({ first }: Site, signal: AbortSignal): Promise<string> {
  const dir = first.facts.manifestsDir
  const script = bash`
if [ ! -s ${dir}/kube-controller-manager.yaml ] && [ ! -s ${dir}/${gaggedName}.yaml ]; then
  cat ${preparedManifestsDir}/kube-controller-manager.yaml
fi
`
  const { stdout } = await runScript(first.node, 'read the manifest of the controller manager', script, { signal })
  return stdout
}

async function installGagged({ first }: Site, manifest: string, signal: AbortSignal): Promise<void> {
  const dir = first.facts.manifestsDir
  const script = bash`
umask 077
cat > ${dir}/.${gaggedName}.yaml
mv ${dir}/.${gaggedName}.yaml ${dir}/${gaggedName}.yaml
`
  await runScript(first.node, 'start the gagged controller manager', script, { signal, input: manifest })
}

/**
 * By curl where there is one: kubectl takes a tenth of a second of the processor for each look, which the API servers
 * need for their start.
 */
async function waitUntilReady(host: Host, site: Site, signal: AbortSignal): Promise<void> {
  const pki = site.config.certificatesDir
  const script = bash`
${kubeFunction(host, site)}
look() {
  if command -v curl > /dev/null; then
    curl --silent --show-error --fail --max-time 5 --cacert ${pki}/ca.crt --cert ${pki}/apiserver-kubelet-client.crt \
      --key ${pki}/apiserver-kubelet-client.key ${`${serverUrl(host, site)}/readyz`}
  else
    kube get --raw /readyz
  fi
}
deadline=$((SECONDS + 120))
until answer=$(look 2>&1); do
  if [ "$SECONDS" -ge "$deadline" ]; then printf '%s\n' "$answer" >&2; exit 1; fi
  sleep 0.2
done
`
  await runScript(host.node, 'wait until the API server is ready', script, { signal, timeoutMs: 150_000 })
}

/**
 * One controller manager with an allow-list of controllers, on the first control plane. It is started as soon as the
 * API servers listen: it waits for them itself, up to 10 s, and its own start takes seconds.
 */
export const startGaggedControllerManager: Step = {
  id: 'start-gagged-controller-manager',
  title: 'Start one controller manager that only signs and publishes, and wait until the API is ready',
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    const [full] = await Promise.all([
      fullManifest(site, signal),
      onEach(site.controlPlanes, (host) => waitForPort(host, host.address, site.config.bindPort, { signal })),
    ])
    if (full !== '') await installGagged(site, gaggedManifest(full), signal)
    await onEach(site.controlPlanes, (host) => waitUntilReady(host, site, signal))
    context.emit({ type: 'milestone.reached', milestone: 'api-ready' })
  },
}
