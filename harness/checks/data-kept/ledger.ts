import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import type { Background, DrillContext } from '../../model/context.ts'
import { untilStopped } from '../../observe/background.ts'
import { kubernetesClient } from '../../observe/kubernetes-client.ts'
import type { LedgerEntry } from './evidence.ts'

export const namespace = 'drill-ledger'

const intervalMs = 500
/** The credentials are read again after a failure, but not more often, because that is a command on a machine. */
const credentialsMs = 5000
/** Each fifth entry is deleted when the next has been written, so that a delete may come back, too. */
const deletedEvery = 5

/** What an entry holds; a function of its name, so that nothing has to be remembered. */
export const contentOf = (name: string): string => createHash('sha256').update(name).digest('hex')

/** The requests of the ledger. */
export interface LedgerApi {
  write(name: string, content: string): Promise<void>
  delete(name: string): Promise<void>
}

export interface LedgerOptions {
  readonly connect: () => Promise<LedgerApi>
  readonly nowMs: () => number
  readonly signal: AbortSignal
  /** Between two entries, and between two looks for new credentials. */
  readonly pacing?: { readonly intervalMs: number; readonly credentialsMs: number }
}

/**
 * Writes a numbered entry twice a second until the signal ends it, and notes which requests the API acknowledged. A request that failed or
 * timed out may have been carried out all the same. Never rejects.
 */
export async function keepLedger({
  connect,
  nowMs,
  signal,
  pacing = { intervalMs, credentialsMs },
}: LedgerOptions): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = []
  let api: LedgerApi | undefined
  let connectedMs = -Infinity
  const note = async (name: string, action: LedgerEntry['action'], ask: (api: LedgerApi) => Promise<void>) => {
    const atMs = nowMs()
    try {
      if (!api && atMs - connectedMs >= pacing.credentialsMs) {
        connectedMs = atMs
        api = await connect()
      }
      if (!api) throw new Error('no credentials')
      await ask(api)
      entries.push({ name, action, atMs, acknowledged: true, problem: '' })
    } catch (error) {
      // Errors of the client hold the request, and with it credentials: only their kind is kept.
      entries.push({ name, action, atMs, acknowledged: false, problem: kindOf(error) })
      if (nowMs() - connectedMs >= pacing.credentialsMs) api = undefined
    }
  }
  for (let number = 1; !signal.aborted; number++) {
    const name = `entry-${String(number).padStart(6, '0')}`
    await note(name, 'write', (to) => to.write(name, contentOf(name)))
    if (number % deletedEvery === 0) await note(name, 'delete', (to) => to.delete(name))
    await sleep(pacing.intervalMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
  return entries
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  if ('code' in error && (typeof error.code === 'number' || typeof error.code === 'string')) return String(error.code)
  return error.name
}

/** Begins the ledger of a drill in a namespace of its own, without the entries of an earlier drill. */
export async function startLedger(context: DrillContext): Promise<Background> {
  const { core } = await kubernetesClient(await context.api(), context.signal)
  const { ApiException, V1Namespace, V1ObjectMeta } = await import('@kubernetes/client-node')
  const metadata = Object.assign(new V1ObjectMeta(), { name: namespace })
  await core.createNamespace({ body: Object.assign(new V1Namespace(), { metadata }) }).catch((error: unknown) => {
    const isThere = error instanceof ApiException && error.code === 409
    if (!isThere) throw error
  })
  await core.deleteCollectionNamespacedConfigMap({ namespace, fieldSelector: 'metadata.name!=kube-root-ca.crt' })
  const { signal, end } = untilStopped(context)
  const connect = async () => ledgerApi(await context.api(), signal)
  const kept = keepLedger({ connect, nowMs: () => context.journal.nowMs(), signal })
  return {
    async stop() {
      end()
      return kept
    },
  }
}

async function ledgerApi(config: KubeConfig, signal: AbortSignal): Promise<LedgerApi> {
  const { core } = await kubernetesClient(config, signal)
  const { V1ConfigMap, V1ObjectMeta } = await import('@kubernetes/client-node')
  return {
    async write(name, content) {
      const metadata = Object.assign(new V1ObjectMeta(), { name })
      await core.createNamespacedConfigMap({
        namespace,
        body: Object.assign(new V1ConfigMap(), { metadata, data: { content } }),
      })
    },
    async delete(name) {
      await core.deleteNamespacedConfigMap({ namespace, name })
    },
  }
}
