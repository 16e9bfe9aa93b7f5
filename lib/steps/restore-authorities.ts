import { waitUntilReady } from '../api-server-ready.ts'
import { distributeAuthorities } from '../bootstrap/distribute-authorities.ts'
import { onEach } from '../each.ts'
import {
  authoritySource,
  holdings,
  makeAuthorities,
  packAuthorities,
  sharedFiles,
  unpackAuthorities,
  type Holdings,
  type SharedFile,
} from '../pki/authorities.ts'
import { siteOf, type Host, type Site } from '../site.ts'
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

const etcdAuthority = ['etcd/ca.crt', 'etcd/ca.key'] as const

const lacks = (files: Holdings, wanted: readonly SharedFile[] = sharedFiles) => wanted.some((file) => !files.has(file))

const lacking = (held: readonly Held[]) => held.filter(([, files]) => lacks(files))

const described = ([{ node }, files]: Held) =>
  sharedFiles
    .filter((file) => !files.has(file))
    .map((file) => ({ node: node.name, action: `restore ${file}`, reason: 'missing' }))

/**
 * The CAs and the service-account key exist once: made on one control plane, on all the others before anything uses
 * them.
 */
export const restoreAuthorities = workStep<Held>({
  id: 'restore-authorities',
  title: 'Make the CAs and the service-account key once, and copy them to every control plane',
  describe: described,
  async find(context) {
    const held = await look(context)
    return lacking(held).length > 0 ? held : []
  },
  async work(context, before) {
    const site = await siteOf(context)
    const source = await wholeSource(context, before)
    const targets = lacking(before).filter(([host]) => host !== source)
    await copyTo({ site, source, signal: context.signal }, targets)
  },
  verify: requireAll,
})

/**
 * The same where the API distributes the rest: etcd's CA goes ahead, since the API needs etcd, and that a majority of
 * its members.
 */
export const restoreFirstAuthorities = workStep<Held>({
  id: 'restore-first-authorities',
  title: "Make the CAs and the service-account key on the first control plane, and copy etcd's CA to the others",
  describe: described,
  async find(context) {
    const { first } = await siteOf(context)
    const held = await look(context)
    const unfinished = held.some(([host, files]) => (host === first ? lacks(files) : lacks(files, etcdAuthority)))
    return unfinished ? held : []
  },
  async work(context, before) {
    const site = await siteOf(context)
    const { first } = site
    const source = await wholeSource(context, before)
    const firstLacks = before.filter(([host, files]) => host === first && host !== source && lacks(files))
    const from = { site, source, signal: context.signal }
    await copyTo(from, firstLacks)
    const others = before.filter(([host, files]) => host !== first && host !== source && lacks(files, etcdAuthority))
    await copyTo(from, others, etcdAuthority)
  },
})

/** The rest by `kubeadm init phase upload-certs` and the download phase of `kubeadm join`. */
export const uploadAuthorities = workStep<Host>({
  id: 'upload-authorities',
  title: 'Give the CAs and the service-account key to the other control planes through the API',
  describe: ({ node }) => [
    { node: node.name, action: 'download the authorities from the API', reason: 'it lacks some of them' },
  ],
  async find(context) {
    const { first } = await siteOf(context)
    return lacking(await look(context)).flatMap(([host]) => (host === first ? [] : [host]))
  },
  async work(context, others) {
    const site = await siteOf(context)
    await waitUntilReady(site.first, site, context.signal)
    await distributeAuthorities(site, others, context.signal)
  },
  verify: requireAll,
})

/** A control plane that holds everything; the first one where there was none. */
async function wholeSource(context: RecoveryContext, before: readonly Held[]): Promise<Host> {
  const whole = authoritySource(before)
  if (whole) return whole
  const site = await siteOf(context)
  await makeAuthorities(context, site, site.first, before[0]?.[1] ?? new Map())
  return site.first
}

async function copyTo(
  { site, source, signal }: { readonly site: Site; readonly source: Host; readonly signal: AbortSignal },
  targets: readonly Held[],
  files?: readonly SharedFile[],
): Promise<void> {
  if (targets.length === 0) return
  const packed = await packAuthorities(source, site.config.certificatesDir, signal, files)
  await onEach(targets, ([host]) => unpackAuthorities(host, packed, site, signal))
}

async function requireAll(context: RecoveryContext): Promise<void> {
  for (const [{ node }, files] of lacking(await look(context))) {
    throw new Error(`${node.name} lacks ${sharedFiles.filter((file) => !files.has(file)).join(', ')}`)
  }
}
