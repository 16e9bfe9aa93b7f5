import { bash, runScript } from '../bash.ts'
import { onEach } from '../each.ts'
import { installManifest, isInstalled } from '../manifests.ts'
import { siteOf, type Host, type Site } from '../site.ts'
import type { RecoveryContext, Step } from '../step.ts'

async function waiting(context: RecoveryContext) {
  const { controlPlanes } = await siteOf(context)
  const found = await onEach(controlPlanes, async (host) =>
    (await isInstalled(host, ['kube-apiserver'], context.signal)) ? [] : [host],
  )
  return found.flat()
}

/** Waits on the machine itself, without a program to start for each look. */
async function waitForPort(host: Host, site: Site, signal: AbortSignal): Promise<void> {
  const script = bash`
for ((look = 0; look < 1200; look++)); do
  if (: > /dev/tcp/${host.address}/${site.config.bindPort}) 2>/dev/null; then exit 0; fi
  sleep 0.1
done
echo 'the API server does not listen' >&2
exit 1
`
  await runScript(host.node, 'wait until the API server listens', script, { signal, timeoutMs: 180_000 })
}

export const startApiServers: Step = {
  id: 'start-api-servers',
  title: 'Start the API servers',
  needed: async (context) => (await waiting(context)).length > 0,
  async run(context) {
    const site = await siteOf(context)
    await onEach(await waiting(context), (host) => installManifest(context, site, host, 'kube-apiserver'))
  },
  async verify(context) {
    const site = await siteOf(context)
    await onEach(site.controlPlanes, (host) => waitForPort(host, site, context.signal))
  },
}
