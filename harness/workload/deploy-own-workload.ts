import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { CoreV1Api, type KubeConfig } from '@kubernetes/client-node'
import { z } from 'zod'
import { waitFor } from '../../lib/engine/wait.ts'
import type { Host, Machine } from '../model/cluster.ts'
import type { DrillContext } from '../model/context.ts'
import { expectNotReady } from '../model/expected-not-ready.ts'
import { machinesAt, type OwnDeployment, type OwnFile, type OwnWorkload } from '../model/own-workload.ts'
import type { ProbePath } from '../model/probe-path.ts'
import { plantedSecrets } from '../model/planted-secrets.ts'
import { loadImage } from './load-image.ts'
import { applyObjects } from './manifests.ts'
import { resolveProbes } from './resolve-probes.ts'

const scriptTimeoutMs = 240_000
const readyTimeoutMs = 180_000

/**
 * Brings a workload of the user's onto the cluster, step by step, and waits until every pod of the cluster is ready. Rejects with
 * CommandError where a script fails, and with WaitTimeoutError that names the pods which do not become ready. DRILL_FIRST_WORKER and
 * DRILL_LAST_WORKER stand for names of machines, DRILL_RANDOM_ and a word for a password of this run, which is never written down.
 * Gives what the workload wants to have probed; the ids begin with `own-`.
 * @param image the workload image, which static pods of control planes may use too
 */
export async function deployOwnWorkload(
  workload: OwnWorkload,
  context: DrillContext,
  image: string,
): Promise<readonly ProbePath[]> {
  const { cluster, journal, signal } = context
  await loadImage(image, cluster.machines, signal)
  for (const own of workload.images) await loadImage(own, cluster.workers, signal)
  const images = await nodeImages(cluster.machines[0], signal)
  const fill = withWords((word) => images.get(word) ?? workerNamed(word, cluster) ?? randomWord(word, context.secrets))
  for (const step of workload.deploy) {
    const { title, on, files, script, objects } = fill(step)
    const machines = objects.length > 0 ? [] : machinesAt(cluster, on)
    const prepare = async (machine: Host) => {
      for (const file of files) await put(machine, file, signal)
      if (script === undefined) return
      const argv = ['bash', '-c', `set -euo pipefail\n${script}`] as const
      await machine.exec(argv, { timeoutMs: scriptTimeoutMs, signal })
    }
    // One after another, as a careful operator would: what is edited may be a control plane.
    for (const machine of machines) await prepare(machine)
    if (objects.length > 0) await applyObjects(await context.api(), objects, signal)
    journal.append({ type: 'own-workload.deployed', title, nodes: machines.map(({ name }) => name) })
  }
  const places = workload.expectNotReady.flatMap((place) => machinesAt(cluster, place))
  const sick = [...new Set(places.map(({ name }) => name))]
  if (sick.length > 0) {
    const areSick = async () => notReady(await context.api(), sick)
    await waitFor(`${sick.join(', ')} not Ready`, areSick, { timeoutMs: readyTimeoutMs, intervalMs: 1000, signal })
    journal.append(expectNotReady(sick))
  }
  const allReady = async () => podsReady(await context.api(), sick)
  await waitFor('every pod ready', allReady, { timeoutMs: readyTimeoutMs, intervalMs: 1000, signal })
  return resolveProbes(workload.probe, () => context.api(), cluster, { prefix: 'own-', signal })
}

/** The references of the images that every machine has: `DRILL_IMAGE_<LAST PART OF THE NAME>`, as in DRILL_IMAGE_PAUSE. */
async function nodeImages(machine: Machine | undefined, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const { stdout = '' } = (await machine?.exec(['crictl', 'images', '--output', 'json'], { signal })) ?? {}
  const { images } = imagesSchema.parse(JSON.parse(stdout))
  const names = images.flatMap(({ repoTags }) => repoTags)
  const nameOf = (reference: string) => /([^/:]+):[^/:]+$/.exec(reference)?.[1] ?? ''
  return new Map(names.map((name) => [`DRILL_IMAGE_${nameOf(name).toUpperCase().replaceAll('-', '_')}`, name]))
}

const imagesSchema = z.object({ images: z.array(z.object({ repoTags: z.array(z.string()) })) })

const withWords =
  (valueOf: (word: string) => string | undefined) =>
  (step: OwnDeployment): OwnDeployment =>
    JSON.parse(
      JSON.stringify(step).replaceAll(
        /DRILL_(?:IMAGE|RANDOM|FIRST|LAST)_[A-Z_]*[A-Z]/g,
        (word) => valueOf(word) ?? word,
      ),
    ) as OwnDeployment

const workerNamed = (word: string, { workers }: DrillContext['cluster']) =>
  ({ DRILL_FIRST_WORKER: workers[0], DRILL_LAST_WORKER: workers.at(-1) })[word]?.name

/** Drawn when it is first asked for, and kept in memory alone. */
function randomWord(word: string, secrets: DrillContext['secrets']): string | undefined {
  if (!word.startsWith('DRILL_RANDOM_')) return undefined
  const value = secrets.get(word) ?? `${plantedSecrets.password}${randomBytes(12).toString('hex')}`
  secrets.set(word, value)
  return value
}

/** Once pods are evicted from them too: what happens by itself in a cluster with a sick Node has happened. */
async function notReady(api: KubeConfig, names: readonly string[]): Promise<true> {
  const { items } = await api.makeApiClient(CoreV1Api).listNode()
  const well = items.filter(
    ({ metadata, spec }) =>
      names.includes(metadata?.name ?? '') && !spec?.taints?.some(({ effect }) => effect === 'NoExecute'),
  )
  if (well.length === 0) return true
  throw new Error(`still in use: ${well.map(({ metadata }) => metadata?.name ?? '').join(', ')}`)
}

/** @param sick the Nodes whose pods are as they may be */
async function podsReady(api: KubeConfig, sick: readonly string[]): Promise<true> {
  const { items } = await api.makeApiClient(CoreV1Api).listPodForAllNamespaces()
  const judged = items.filter(({ spec }) => !sick.includes(spec?.nodeName ?? ''))
  const unready = judged.filter(
    ({ status, metadata }) =>
      metadata?.deletionTimestamp !== undefined ||
      !status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True'),
  )
  if (unready.length === 0) return true
  throw new Error(`not ready: ${unready.map(({ metadata }) => metadata?.name ?? '').join(', ')}`)
}

/** The operator puts back from his backup what the loss took and no repair can make. Nothing happens where nothing is missing. */
export async function restoreOwnFiles(context: DrillContext): Promise<void> {
  const { ownWorkload, cluster, journal, signal } = context
  if (!ownWorkload) return
  const isRestored = (path: string) => ownWorkload.restored.some((one) => path === one || path.startsWith(`${one}/`))
  for (const { on, files } of ownWorkload.deploy) {
    for (const machine of machinesAt(cluster, on)) {
      for (const file of files.filter(({ path }) => isRestored(path))) {
        if (await exists(machine, file.path, signal)) continue
        await put(machine, file, signal)
        journal.append({ type: 'operator.restored', node: machine.name, path: file.path })
      }
    }
  }
}

const exists = async (machine: Host, path: string, signal: AbortSignal) =>
  (await machine.exec(['sh', '-c', 'if [ -e "$1" ]; then echo yes; fi', 'exists', path], { signal })).stdout !== ''

async function put(machine: Host, { path, text, mode }: OwnFile, signal: AbortSignal): Promise<void> {
  await machine.exec(['mkdir', '-p', dirname(path)], { signal })
  await machine.writeFile(path, text, mode)
}
