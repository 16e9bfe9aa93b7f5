import type { V1Deployment } from '@kubernetes/client-node'
import { parse } from 'yaml'
import { waitFor } from '../../../lib/engine/wait.ts'
import { workloadNamespace } from '../../model/workload-namespace.ts'
import type { KubernetesClient } from '../../observe/kubernetes-client.ts'
import { podIdentityOf } from '../../observe/pod-snapshot.ts'

const namespace = 'default'
const name = 'drill-usable'
const readyTimeoutMs = 60_000

/** Answers on 8080 once it runs: the workload image has node and nothing else. */
const server = 'require("node:http").createServer((q, s) => s.end("ok")).listen(8080)'

export interface SmokeTestPod {
  readonly namespace: string
  readonly pod: string
  readonly container: string
}

/** Makes a Deployment with one pod of an image that the nodes have already, and returns the pod when it is ready. Rejects when it is not within 60 s. */
export async function createSmokeTestDeployment(
  { core, apps }: KubernetesClient,
  signal: AbortSignal,
): Promise<SmokeTestPod> {
  const { items } = await core.listPodForAllNamespaces()
  // Other workloads may have images of their own.
  const model = items.find((pod) => pod.metadata?.namespace === workloadNamespace && pod.status?.phase === 'Running')
  const image = model?.spec?.containers[0]?.image
  if (image === undefined) throw new Error('no workload runs whose image a new Deployment could use')
  await apps.createNamespacedDeployment({ namespace, body: deploymentOf(image) })
  return waitFor(
    `a new Deployment of ${image} ready`,
    async () => {
      const pods = await core.listNamespacedPod({ namespace, labelSelector: `app=${name}` })
      const ready = pods.items.map(podIdentityOf).find((pod) => pod.ready)
      if (ready) return { namespace, pod: ready.name, container: name }
      throw new Error(whyNot(pods.items[0]?.status))
    },
    { timeoutMs: readyTimeoutMs, intervalMs: 500, signal },
  )
}

/** Idempotent. Give clients with a clock of their own, so that an abort cannot leave the Deployment behind. */
export async function deleteSmokeTestDeployment({ apps }: KubernetesClient): Promise<void> {
  await apps
    .deleteNamespacedDeployment({ name, namespace, propagationPolicy: 'Background' })
    .catch((error: unknown) => {
      if (!(typeof error === 'object' && error !== null && 'code' in error && error.code === 404)) throw error
    })
}

function whyNot(
  status:
    | {
        readonly phase?: string
        readonly containerStatuses?: readonly unknown[]
        readonly conditions?: readonly unknown[]
      }
    | undefined,
) {
  if (!status) return 'no pod was made'
  return `pod is ${status.phase ?? 'Unknown'}: ${JSON.stringify(status.containerStatuses ?? status.conditions ?? []).slice(0, 300)}`
}

const deploymentOf = (image: string) =>
  parse(`
metadata: { name: ${name}, labels: { app: ${name} } }
spec:
  replicas: 1
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: ${name}
          image: ${image}
          imagePullPolicy: Never
          command: [node, -e, '${server}']
          readinessProbe: { httpGet: { port: 8080, path: / }, periodSeconds: 1 }
`) as V1Deployment
