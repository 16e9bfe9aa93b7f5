import { z } from 'zod'
import { waitFor } from '../../../lib/engine/wait.ts'
import { removeCloneWorker, startCloneWorker } from '../../cluster/clone-worker.ts'
import type { DrillContext } from '../../model/context.ts'
import type { Machine } from '../../model/cluster.ts'
import { loadNetworkImages } from '../../workload/deploy-network.ts'
import { redact } from '../../store/redact.ts'
import { kubernetesClient } from '../../observe/kubernetes-client.ts'
import { momentOf, momentSchema } from '../../observe/collecting.ts'

export const newWorkerSchema = momentSchema.extend({
  node: z.string(),
  steps: z
    .array(z.object({ what: z.string(), ok: z.boolean(), detail: z.string(), tookMs: z.number() }))
    .describe('What was tried, in order; nothing comes after a step that failed'),
})
export type NewWorker = z.infer<typeof newWorkerSchema>

export const newWorkerSteps = ['machine', 'token', 'join', 'ready', 'leave'] as const
type StepName = (typeof newWorkerSteps)[number]

const joinTimeoutMs = 120_000
const readyTimeoutMs = 90_000

/**
 * Stores evidence `new-worker-settled`: a machine that never was part of the cluster joins it as an operator would let it, becomes
 * Ready, and is taken out again.
 */
export function collectNewWorker(context: DrillContext): Promise<void> {
  return context.evidence.once('new-worker-settled', async (): Promise<NewWorker> => {
    const { cluster, signal } = context
    const [first] = cluster.controlPlanes
    const model = cluster.workers[0] ?? first
    if (!first || !model) throw new Error('the cluster has no control plane')
    const moment = momentOf(context)
    const steps: NewWorker['steps'] = []
    const step = async <T>(what: StepName, detail: string, body: () => Promise<T>): Promise<T> => {
      const started = performance.now()
      const note = (ok: boolean, words: string) =>
        void steps.push({ what, ok, detail: words, tookMs: Math.round(performance.now() - started) })
      try {
        const value = await body()
        note(true, detail)
        return value
      } catch (error) {
        signal.throwIfAborted()
        note(false, wordsOf(error))
        throw new StepFailedError(what, { cause: error })
      }
    }
    let node = ''
    try {
      const clone = await step('machine', 'its container runtime runs', async () => {
        const machine = await startCloneWorker(cluster.name, model, signal)
        if (context.ownWorkload) await loadNetworkImages(context.ownWorkload, [machine], signal)
        return machine
      })
      node = clone.name
      const command = await step('token', 'a join command was given', () => joinCommand(first, signal))
      await step('join', 'kubeadm join succeeded', () => join(clone, command, signal))
      await step('ready', 'its Node is Ready', () => untilReady(context, node))
      await step('leave', 'Node and machine are gone', () => leave(context, node))
    } catch (error) {
      if (!(error instanceof StepFailedError)) throw error
    } finally {
      // Its own clock: an abort must not leave the machine behind. The Node object goes with the cluster, where it is still there.
      await removeCloneWorker(cluster.name)
    }
    return { ...moment, node, steps }
  })
}

class StepFailedError extends Error {
  override readonly name = 'StepFailedError'
}

async function joinCommand(first: Machine, signal: AbortSignal): Promise<string> {
  const argv = ['bash', '-c', printJoin] as const
  const { stdout } = await first.exec(argv, { timeoutMs: 60_000, signal })
  const line = stdout.split('\n').findIndex((text) => text.startsWith('kubeadm join '))
  if (line < 0) throw new Error('kubeadm gave no join command')
  return stdout
    .split('\n')
    .slice(0, line + 1)
    .join('\n')
    .trim()
}

/**
 * Prints what to run on the machine that joins. Where cluster-info is closed to those who do not know the cluster yet, an operator
 * hands the CA over in a discovery file with the token (kubeadm join --discovery-file).
 */
const printJoin = String.raw`set -euo pipefail
join=$(kubeadm token create --ttl 15m --print-join-command 2>/dev/null | grep '^kubeadm join ')
status=$(curl --silent --insecure --output /dev/null --write-out '%{http_code}' https://127.0.0.1:6443/api/v1/namespaces/kube-public/configmaps/cluster-info)
if [ "$status" = 200 ]; then echo "$join"; exit; fi
set -- $join
server=$3 token=$5
cat <<END
umask 077
cat > /etc/kubernetes/discovery.conf <<'CONF'
apiVersion: v1
kind: Config
clusters:
- name: discovered
  cluster:
    server: https://$server
    certificate-authority-data: $(base64 -w0 /etc/kubernetes/pki/ca.crt)
users:
- name: joins
  user:
    token: $token
contexts:
- name: joins
  context:
    cluster: discovered
    user: joins
current-context: joins
CONF
kubeadm join --discovery-file /etc/kubernetes/discovery.conf
END`

/** By standard input, so that the token is in no process list and no message; kubeadm's output goes to standard error, which errors quote. */
const join = (clone: Machine, command: string, signal: AbortSignal) =>
  clone.exec(['sh', '-s'], {
    input: `${command} --ignore-preflight-errors=all >&2\n`,
    timeoutMs: joinTimeoutMs,
    signal,
  })

async function untilReady(context: DrillContext, name: string): Promise<void> {
  const { core } = await kubernetesClient(await context.api(), context.signal)
  await waitFor(
    `Node ${name} Ready`,
    async () => {
      const { status } = await core.readNode({ name })
      const condition = status?.conditions?.find(({ type }) => type === 'Ready')
      if (condition?.status === 'True') return true
      throw new Error(condition?.message ?? 'no condition Ready')
    },
    { timeoutMs: readyTimeoutMs, intervalMs: 500, signal: context.signal },
  )
}

async function leave(context: DrillContext, name: string): Promise<void> {
  const { core } = await kubernetesClient(await context.api(), context.signal)
  await removeCloneWorker(context.cluster.name)
  await core.deleteNode({ name })
  const { items } = await core.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${name}` })
  for (const { metadata } of items) {
    const of = { namespace: metadata?.namespace ?? '', name: metadata?.name ?? '', gracePeriodSeconds: 0 }
    await core.deleteNamespacedPod(of).catch(() => undefined)
  }
}

function wordsOf(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  const words = cause instanceof Error ? `${message}: ${cause.message}` : message
  return redact(words.replaceAll(/\s+/g, ' ')).slice(0, 600)
}
