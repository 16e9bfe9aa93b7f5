import { PreconditionError } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import type { PlannedAction, RecoveryContext } from '../engine/step.ts'
import { belongsTo, kubeletState } from '../kubelet/kubelet.ts'
import { isStaged } from '../kubelet/stage-kubelet-conf.ts'
import type { CaFile, ClusterState, KeylessCa } from '../model.ts'
import { currentClientCertificate, leafCerts } from '../pki/assess-leaf-certs.ts'
import { findKeys, keysText } from '../pki/find-keys.ts'
import { signingKeys } from '../pki/external-ca.ts'
import { wrongFiles } from '../pki/leaf-certs.ts'
import { replaceHint } from '../pki/replaceable-cas.ts'
import { signingRequest } from '../pki/signing-requests.ts'
import { withoutManifest } from '../static-pods/manifests.ts'

const component = 'kube-controller-manager'

/** Something that cannot be repaired without the key of a CA. */
interface Need {
  readonly file: CaFile
  readonly node: string
  /** The file to be signed, or the component that does not start without the key. */
  readonly what: string
  readonly reason: string
  /** What somebody outside must sign. */
  readonly request?: string | undefined
}

/**
 * Rejects with PreconditionError where the repair would need the key of a CA that is kept without it: nothing is changed then, and
 * the message names what needs it.
 */
export async function refuseSignatures(cluster: ClusterState, signal: AbortSignal): Promise<void> {
  const { keyless } = cluster.learned
  if (!keyless || keyless.size === 0) return
  const found = [
    ...(await certificatesToSign(cluster, keyless, signal)),
    ...(keyless.has('ca.crt') ? await kubeletsToSign(cluster, keyless, signal) : []),
    ...(keyless.has('ca.crt') ? await controllerManagersToStart(cluster, signal) : []),
  ]
  const needs = found.filter(({ file }) => keyless.has(file))
  const lost = [...keyless].filter(([file, { isExternal }]) => !isExternal && needs.some((need) => need.file === file))
  if (lost.length > 0) await refuseLost(cluster, new Map(lost), needs, signal)
  if (needs.length > 0) refuseExternal(cluster, needs)
}

/** Rejects with PreconditionError where a key is lost and nothing else: then all works, and no repair makes it better. */
export async function refuseLostKeys(cluster: ClusterState, signal: AbortSignal): Promise<void> {
  const lost = [...(cluster.learned.keyless ?? [])].filter(([, { isExternal }]) => !isExternal)
  if (lost.length > 0) await refuseLost(cluster, new Map(lost), [], signal)
}

/** What a plan says of the CAs that are kept without their keys. */
export function describeKeyless({ learned }: Pick<ClusterState, 'learned'>): PlannedAction[] {
  return [...(learned.keyless ?? [])].map(([file, ca]) => ({
    node: 'cluster',
    action: `keep ${file}, and sign nothing by it`,
    reason: whyKept(file, ca),
  }))
}

/** Says at the end of a repair which CAs have no keys still. */
export function reportKeyless({ learned }: Pick<ClusterState, 'learned'>, { emit }: RecoveryContext): void {
  for (const [file, ca] of learned.keyless ?? []) {
    const { isExternal, firstExpiry } = ca
    const until = firstExpiry ? { firstExpiry: firstExpiry.date.toISOString() } : {}
    emit({ type: 'ca.kept-without-key', file, isExternal, ...until, reason: whyKept(file, ca) })
  }
}

function whyKept(file: CaFile, ca: KeylessCa): string {
  const key = keyOf(file)
  return ca.isExternal
    ? `the CA is external, so ${key} is on no control plane${untilText(ca, '; the first certificate expires')}`
    : `${key} is lost: nothing new can be signed${untilText(ca, ', and the first certificate expires')}`
}

const keyOf = (file: CaFile): string => file.replace(/crt$/, 'key')

function untilText({ firstExpiry }: KeylessCa, before: string): string {
  if (!firstExpiry) return ''
  const { date, path, node } = firstExpiry
  return `${before} on ${date.toISOString().slice(0, 10)} (${path} on ${node})`
}

async function certificatesToSign(
  cluster: ClusterState,
  keyless: ReadonlyMap<CaFile, KeylessCa>,
  signal: AbortSignal,
): Promise<Need[]> {
  const { certificatesDir } = cluster.config
  const signedBy = (path: string): CaFile | undefined => {
    if (path.endsWith('.conf')) return 'ca.crt'
    return leafCerts.find(([file]) => path === `${certificatesDir}/${file}`)?.[1]
  }
  const found = await forEachNode(cluster.controlPlanes, async ({ node, address, ...host }) => {
    const wrong = await wrongFiles({ node, address, ...host }, cluster, signal)
    return wrong.flatMap(({ path, problem }): Need[] => {
      const file = signedBy(path)
      const request = signingRequest(path, { name: node.name, address }, cluster.config)
      return file && keyless.has(file) ? [{ file, node: node.name, what: path, reason: problem, request }] : []
    })
  })
  return found.flat()
}

/** Those of control planes have theirs in kubelet.conf. */
async function kubeletsToSign(
  cluster: ClusterState,
  keyless: ReadonlyMap<CaFile, KeylessCa>,
  signal: AbortSignal,
): Promise<Need[]> {
  const ca = keyless.get('ca.crt')?.text ?? ''
  const found = await forEachNode(cluster.workers, async (host): Promise<Need[]> => {
    const { name } = host.node
    const own = belongsTo(ca, await kubeletState(host, signal), new Date()) || (await isStaged(host, ca, signal))
    if (own) return []
    const request = signingRequest(currentClientCertificate, { name, address: host.address }, cluster.config)
    return [{ file: 'ca.crt', node: name, what: currentClientCertificate, reason: 'no identity of this CA', request }]
  })
  return found.flat()
}

/** A controller manager ends at its start where it cannot read the key by which it is to sign (app/certificates.go). */
async function controllerManagersToStart(cluster: ClusterState, signal: AbortSignal): Promise<Need[]> {
  const { controlPlanes, learned } = cluster
  const started = learned.restartsControllerManagers
    ? controlPlanes
    : await withoutManifest(cluster, { signal }, component)
  return started
    .filter((host) => signsWithCaKey(cluster, host))
    .map(({ node }) => ({
      file: 'ca.crt',
      node: node.name,
      what: component,
      reason: 'it does not start without the key',
    }))
}

function signsWithCaKey({ config }: ClusterState, { mirrorPodSpecs }: ClusterState['first']): boolean {
  const { command = [] } = mirrorPodSpecs.get(component) ?? {}
  return signingKeys(command).includes(`${config.certificatesDir}/ca.key`)
}

const needText = ({ node, what, reason }: Need): string => `${what} on ${node} (${reason})`

async function refuseLost(
  cluster: ClusterState,
  lost: ReadonlyMap<CaFile, KeylessCa>,
  needs: readonly Need[],
  signal: AbortSignal,
): Promise<never> {
  const { certificatesDir } = cluster.config
  const restarts =
    lost.has('ca.crt') && cluster.controlPlanes.some((host) => signsWithCaKey(cluster, host))
      ? `, and a ${component} that is restarted does not come up without ca.key`
      : ''
  const texts = [...lost].map(([file, ca]) => {
    const works = `works on until certificates expire${untilText(ca, ', the first')}`
    const own = needs.filter((need) => need.file === file)
    const means =
      own.length === 0
        ? `nothing else is lost or damaged; all ${works}, but nothing new can be signed`
        : `it is needed for ${own.map(needText).join(', ')}; what runs ${works}`
    return `${keyOf(file)} is on no control plane, and ${file} is in use; nothing was changed: ${means}`
  })
  const keys = [...lost.keys()].map(keyOf).join(' and ')
  const copies = await findKeys(cluster, [...lost.values()].map(({ text }) => text).join('\n'), signal)
  const source = copies.length > 0 ? `it is ${keysText(copies)}` : 'from a backup or from where it is kept'
  throw new PreconditionError(
    `${stoppedText(cluster)}${texts.join('; ')}${restarts}; bring ${keys} back to ${certificatesDir} on a control plane, ${source}, and start again; where it is elsewhere on purpose, say --external-ca yes; where it is gone for good, ${replaceHint([...lost.keys()])}`,
    { reason: 'ca-key-missing' },
  )
}

/** A repair with --replace that was killed: nothing runs on then, whatever the rest of the message says. */
function stoppedText({ controlPlanes }: ClusterState): string {
  const stopped = controlPlanes.filter(({ facts }) => facts.isStopped).map(({ node }) => node.name)
  if (stopped.length === 0) return ''
  return `the API is away: a repair with --replace was killed after it had stopped the control plane on ${stopped.join(', ')}; run it again with the same --replace, which goes on from there; `
}

function refuseExternal(cluster: ClusterState, needs: readonly Need[]): never {
  const requests = needs.map((need) => `${needText(need)}${need.request === undefined ? '' : `: ${need.request}`}`)
  throw new PreconditionError(
    `the CA is external, and the repair needs what only it can give; nothing was changed; ${[...new Set(needs.map(({ file }) => file))].join(' and ')} must sign: ${requests.join('; ')}; make keys and requests with kubeadm certs generate-csr, have them signed, bring the files, and start again, or bring the key to ${cluster.config.certificatesDir} for the time of the repair`,
    { reason: 'external-ca-must-sign' },
  )
}
