import type { KubeConfig } from '@kubernetes/client-node'
import { z } from 'zod'
import type { DrillContext } from '../../model/context.ts'
import { redact } from '../../store/redact.ts'
import { kubernetesClient } from '../../observe/kubernetes-client.ts'
import { momentOf, momentSchema } from '../../observe/collecting.ts'
import { clusterDomain } from '../../workload/cluster-domain.ts'
import { podExec } from './pod-exec.ts'
import { createSmokeTestDeployment, deleteSmokeTestDeployment } from './smoke-test-deployment.ts'

const trialSchema = z.object({ ok: z.boolean(), detail: z.string() })
type Trial = z.infer<typeof trialSchema>

export const smokeTestSchema = momentSchema.extend({
  deployment: trialSchema,
  dns: trialSchema,
  nodes: z.array(z.object({ node: z.string(), exec: trialSchema, logs: trialSchema })),
})
export type SmokeTest = z.infer<typeof smokeTestSchema>

/** Stores evidence `smoke-test-settled`: whether a new Deployment starts, its pod resolves a name, and exec and logs work on every node. */
export function collectSmokeTest(context: DrillContext): Promise<void> {
  return context.evidence.once('smoke-test-settled', async (): Promise<SmokeTest> => {
    const config = await context.api()
    const moment = momentOf(context)
    const nodes = Promise.all(context.cluster.machines.map(({ name }) => tryNode(context, config, name)))
    return { ...moment, ...(await tryDeployment(context, config)), nodes: await nodes }
  })
}

async function tryDeployment(
  { signal }: DrillContext,
  config: KubeConfig,
): Promise<Pick<SmokeTest, 'deployment' | 'dns'>> {
  const clients = await kubernetesClient(config, signal)
  const started = performance.now()
  try {
    const made = await attempt(signal, () => createSmokeTestDeployment(clients, signal))
    if (!made.ok) return { deployment: made, dns: { ok: false, detail: 'no new pod to ask from' } }
    const { value: where } = made
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const resolved = await attempt(signal, async () => {
      const { spec } = await clients.core.readNamespacedService({ name: 'kubernetes', namespace: 'default' })
      const name = `kubernetes.default.svc.${await clusterDomain(config)}`
      const answer = await podExec(config, { ...where, argv: ['node', '-e', lookUp, name], signal })
      if (answer !== spec?.clusterIP) throw new Error(`${name} is ${answer}, not ${spec?.clusterIP ?? ''}`)
      return `${name} is ${answer}`
    })
    return { deployment: { ok: true, detail: `ready after ${seconds} s` }, dns: trialOf(resolved) }
  } finally {
    await deleteSmokeTestDeployment(await kubernetesClient(config, AbortSignal.timeout(20_000)))
  }
}

/** Asks the cluster's DNS directly, so that neither a hosts file nor the C library has a say. */
const lookUp =
  'require("node:dns").promises.resolve4(process.argv[1]).then((a) => console.log(a.join()), (e) => { console.error(e.message); process.exit(1) })'

/** kube-proxy runs on every node of a kubeadm cluster, whatever else does. */
async function tryNode(
  { signal }: DrillContext,
  config: KubeConfig,
  node: string,
): Promise<SmokeTest['nodes'][number]> {
  const { core } = await kubernetesClient(config, signal)
  const found = await attempt(signal, async () => {
    const { items } = await core.listNamespacedPod({
      namespace: 'kube-system',
      labelSelector: 'k8s-app=kube-proxy',
      fieldSelector: `spec.nodeName=${node}`,
    })
    const name = items[0]?.metadata?.name
    if (name === undefined) throw new Error('no kube-proxy runs there')
    return { namespace: 'kube-system', pod: name, container: 'kube-proxy' }
  })
  if (!found.ok) return { node, exec: found, logs: found }
  const { namespace, pod, container } = found.value
  const [exec, logs] = await Promise.all([
    attempt(signal, () => podExec(config, { ...found.value, argv: ['kube-proxy', '--version'], signal })),
    attempt(signal, async () => {
      const text = await core.readNamespacedPodLog({ namespace, name: pod, container, tailLines: 5 })
      if (!text) throw new Error(`the log of ${pod} is empty`)
      return `${text.length} characters of ${pod}`
    }),
  ])
  return { node, exec: trialOf(exec), logs: trialOf(logs) }
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string }

/** What fails here is evidence, not an exception; an abort stays one. */
async function attempt<T>(signal: AbortSignal, body: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await body() }
  } catch (error) {
    signal.throwIfAborted()
    const message =
      error instanceof Error
        ? `${error.message}${error.cause instanceof Error ? `: ${error.cause.message}` : ''}`
        : String(error)
    return { ok: false, detail: redact(message.replaceAll(/\s+/g, ' ').slice(0, 400)) }
  }
}

const trialOf = (tried: Attempt<string>): Trial => (tried.ok ? { ok: true, detail: tried.value } : tried)
