import { waitUntilReady } from '../api/api-server-ready.ts'
import { uploadCerts } from '../pki/upload-certs.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { installSharedCerts, readSharedCerts, createSharedCerts } from '../pki/shared-certs.ts'
import { sharedFiles, type SharedCertsAssessment, type SharedFile } from '../pki/assess-shared-certs.ts'
import { siteOf, type NodeState } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

const etcdCaFiles = ['etcd/ca.crt', 'etcd/ca.key'] as const

/** The control planes that lack any of these files, or hold wrong ones. */
async function lacking(
  context: RecoveryContext,
  verdict: SharedCertsAssessment,
  needed: (host: NodeState) => readonly SharedFile[] = () => sharedFiles,
): Promise<NodeState[]> {
  const { controlPlanes } = await siteOf(context)
  return controlPlanes.filter((host) => {
    const { name } = host.node
    const files = needed(host)
    return verdict.wrong.get(name)?.size !== 0 || (verdict.lacking.get(name) ?? []).some((file) => files.includes(file))
  })
}

async function unrestored(
  context: RecoveryContext,
  needed?: (host: NodeState) => readonly SharedFile[],
): Promise<SharedCertsAssessment[]> {
  const verdict = await readSharedCerts(context, await siteOf(context))
  return (await lacking(context, verdict, needed)).length > 0 ? [verdict] : []
}

/**
 * Makes on the first control plane what no machine has, and then brings to every control plane what it lacks.
 * @param others what the control planes besides the first are to get
 */
async function restore(
  context: RecoveryContext,
  verdict: SharedCertsAssessment,
  others: readonly SharedFile[] = sharedFiles,
): Promise<void> {
  const site = await siteOf(context)
  const { first } = site
  let whole = verdict
  if (sharedFiles.some((file) => !verdict.wanted.has(file))) {
    // What is wrong anywhere is backed up first: a key that is left could be taken for the other half of a new pair.
    await forEachNode(await lacking(context, verdict), (host) =>
      installSharedCerts(context, { site, host, verdict }, host === first ? sharedFiles : []),
    )
    await createSharedCerts(context, first)
    whole = await readSharedCerts(context, site)
  }
  await forEachNode(await lacking(context, whole), (host) =>
    installSharedCerts(context, { site, host, verdict: whole }, host === first ? sharedFiles : others),
  )
}

const described = ({ lacking: files, wrong }: SharedCertsAssessment) =>
  [...files].flatMap(([node, names]) =>
    names.map((name) => ({ node, action: `restore ${name}`, reason: wrong.get(node)?.get(name) ?? 'missing' })),
  )

/**
 * The CAs and the service-account key exist once: made on one control plane, on all the others before anything uses
 * them.
 */
export const restoreSharedCerts = stepFromFindings<SharedCertsAssessment>({
  id: 'restore-shared-certs',
  title: 'Make the CAs and the service-account key once, and copy them to every control plane',
  describe: described,
  find: (context) => unrestored(context),
  async work(context, [verdict]) {
    if (verdict) await restore(context, verdict)
  },
  verify: requireAll,
})

/**
 * The same where the API distributes the rest: etcd's CA goes ahead, since the API needs etcd, and that a majority of
 * its members.
 */
export const restoreFirstSharedCerts = stepFromFindings<SharedCertsAssessment>({
  id: 'restore-first-shared-certs',
  title: "Make the CAs and the service-account key on the first control plane, and copy etcd's CA to the others",
  describe: described,
  async find(context) {
    const { first } = await siteOf(context)
    return unrestored(context, (host) => (host === first ? sharedFiles : etcdCaFiles))
  },
  async work(context, [verdict]) {
    if (verdict) await restore(context, verdict, etcdCaFiles)
  },
})

/** The rest by `kubeadm init phase upload-certs` and the download phase of `kubeadm join`. */
export const uploadSharedCerts = stepFromFindings<NodeState>({
  id: 'upload-certs',
  title: 'Give the CAs and the service-account key to the other control planes through the API',
  describe: ({ node }) => [
    { node: node.name, action: 'download the authorities from the API', reason: 'it lacks some of them' },
  ],
  async find(context) {
    const site = await siteOf(context)
    const hosts = await lacking(context, await readSharedCerts(context, site))
    return hosts.filter((host) => host !== site.first)
  },
  async work(context, others) {
    const site = await siteOf(context)
    await waitUntilReady(site.first, site, context.signal)
    await uploadCerts(site, others, context.signal)
  },
  verify: requireAll,
})

async function requireAll(context: RecoveryContext): Promise<void> {
  const verdict = await readSharedCerts(context, await siteOf(context))
  const [host] = await lacking(context, verdict)
  if (!host) return
  const { name } = host.node
  throw new Error(`${name} lacks ${(verdict.lacking.get(name) ?? []).join(', ')}`)
}
