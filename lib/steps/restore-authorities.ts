import { onEach } from '../each.ts'
import {
  authoritySource,
  holdings,
  makeAuthorities,
  packAuthorities,
  sharedFiles,
  unpackAuthorities,
} from '../pki/authorities.ts'
import { siteOf, type Site } from '../site.ts'
import type { Step } from '../step.ts'

function look(site: Site, signal: AbortSignal) {
  return onEach(
    site.controlPlanes,
    async (host) => [host, await holdings(host, site.config.certificatesDir, signal)] as const,
  )
}

/** The CAs and the service-account key exist once: made on one control plane, on all the others before anything uses them. */
export const restoreAuthorities: Step = {
  id: 'restore-authorities',
  title: 'Make the CAs and the service-account key once, and copy them to every control plane',
  async needed(context) {
    const site = await siteOf(context)
    const held = await look(site, context.signal)
    authoritySource(held)
    return held.some(([, files]) => files.size < sharedFiles.length)
  },
  async run(context) {
    const site = await siteOf(context)
    const { signal } = context
    let held = await look(site, signal)
    if (!authoritySource(held)) {
      await makeAuthorities(context, site, site.first, held[0]?.[1] ?? new Map())
      held = await look(site, signal)
    }
    const source = authoritySource(held)
    if (!source) throw new Error(`kubeadm did not make all authorities on ${site.first.node.name}`)
    const lacking = held.filter(([, files]) => files.size < sharedFiles.length)
    if (lacking.length === 0) return
    const packed = await packAuthorities(source, site.config.certificatesDir, signal)
    await onEach(lacking, ([host]) => unpackAuthorities(host, packed, site, signal))
  },
  async verify(context) {
    const held = await look(await siteOf(context), context.signal)
    authoritySource(held)
    for (const [{ node }, files] of held) {
      const missing = sharedFiles.filter((file) => !files.has(file))
      if (missing.length > 0) throw new Error(`${node.name} lacks ${missing.join(', ')}`)
    }
  },
}
