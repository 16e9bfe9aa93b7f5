import { onEach } from '../each.ts'
import {
  authoritySource,
  holdings,
  makeAuthorities,
  packAuthorities,
  sharedFiles,
  unpackAuthorities,
  type Holdings,
} from '../pki/authorities.ts'
import { siteOf, type Host } from '../site.ts'
import type { RecoveryContext } from '../step.ts'
import { workStep } from '../work-step.ts'

type Held = readonly [host: Host, files: Holdings]

/** What every control plane holds; rejects with GateError when two hold different authorities. */
async function look(context: RecoveryContext): Promise<readonly Held[]> {
  const { controlPlanes, config } = await siteOf(context)
  const held = await onEach(controlPlanes, async (host): Promise<Held> => [
    host,
    await holdings(host, config.certificatesDir, context.signal),
  ])
  authoritySource(held)
  return held
}

const lacking = (held: readonly Held[]) => held.filter(([, files]) => files.size < sharedFiles.length)

/**
 * The CAs and the service-account key exist once: made on one control plane, on all the others before anything uses
 * them.
 */
export const restoreAuthorities = workStep<Held>({
  id: 'restore-authorities',
  title: 'Make the CAs and the service-account key once, and copy them to every control plane',
  describe: ([{ node }, files]) =>
    sharedFiles
      .filter((file) => !files.has(file))
      .map((file) => ({ node: node.name, action: `restore ${file}`, reason: 'missing' })),
  async find(context) {
    const held = await look(context)
    return lacking(held).length > 0 ? held : []
  },
  async work(context, before) {
    const site = await siteOf(context)
    const whole = authoritySource(before)
    if (!whole) await makeAuthorities(context, site, site.first, before[0]?.[1] ?? new Map())
    const others = lacking(before).filter(([host]) => host !== (whole ?? site.first))
    if (others.length === 0) return
    const packed = await packAuthorities(whole ?? site.first, site.config.certificatesDir, context.signal)
    await onEach(others, ([host]) => unpackAuthorities(host, packed, site, context.signal))
  },
  async verify(context) {
    for (const [{ node }, files] of lacking(await look(context))) {
      throw new Error(`${node.name} lacks ${sharedFiles.filter((file) => !files.has(file)).join(', ')}`)
    }
  },
})
