import { setTimeout as sleep } from 'node:timers/promises'
import { CoreV1Api, V1Eviction } from '@kubernetes/client-node'
import { ClusterError } from '../../../model/errors.ts'
import type { Machine } from '../../../model/cluster.ts'
import type { DrillContext } from '../../../model/context.ts'
import { workloadNamespace } from '../../../model/workload-namespace.ts'
import { namespace as ledgerNamespace } from '../../../checks/data-kept/ledger.ts'
import type { Sabotage } from './live-mutant.ts'

/** A running container of the probed workload on some worker: its machine and id. */
async function echoContainer({ cluster, signal }: DrillContext) {
  const list = [
    'crictl',
    'ps',
    '--quiet',
    '--label',
    `io.kubernetes.pod.namespace=${workloadNamespace}`,
    '--name',
    'echo',
  ]
  for (const machine of cluster.workers) {
    const { stdout } = await machine.exec(list, { timeoutMs: 20_000, signal })
    const [id] = stdout.trim().split('\n')
    if (id) return { machine, id }
  }
  throw new ClusterError('no container of the workload runs')
}

async function processOf(machine: Machine, container: string, signal: AbortSignal): Promise<string> {
  const template = ['--output', 'go-template', '--template', '{{.info.pid}}']
  const { stdout } = await machine.exec(['crictl', 'inspect', ...template, container], { timeoutMs: 20_000, signal })
  return stdout.trim()
}

/** As a crash: kubelet starts it again in its pod. */
export const stopContainer: Sabotage = async (context) => {
  const { machine, id } = await echoContainer(context)
  await machine.exec(['crictl', 'stop', '--timeout', '0', id], { timeoutMs: 20_000, signal: context.signal })
}

/** As a workload that hangs: its process stands still for the time. */
export const freezeContainer =
  (forMs: number): Sabotage =>
  async (context) => {
    const { machine, id } = await echoContainer(context)
    const pid = await processOf(machine, id, context.signal)
    const signal = (name: string) => machine.exec(['kill', `-${name}`, pid], { timeoutMs: 20_000 })
    await signal('STOP')
    await sleep(forMs)
    await signal('CONT')
  }

/** Through the API, as a drain does. */
export const evictPod: Sabotage = async (context) => {
  const core = (await context.api()).makeApiClient(CoreV1Api)
  const namespace = workloadNamespace
  const { items } = await core.listNamespacedPod({ namespace })
  const name = items.map(({ metadata }) => metadata?.name ?? '').find((one) => one.startsWith('canary-'))
  if (name === undefined) throw new ClusterError('there is no pod to evict')
  const body = Object.assign(new V1Eviction(), { metadata: { name, namespace } })
  await core.createNamespacedPodEviction({ name, namespace, body })
}

/** As a cache: for 300 ms the pod's requests are answered, well formed, by what an earlier process would have said. */
export const serveStaleAnswer: Sabotage = async (context) => {
  const { machine, id } = await echoContainer(context)
  const pid = await processOf(machine, id, context.signal)
  const script = `set -e
within() { nsenter --target ${pid} --net -- "$@"; }
address=$(within ip -4 -o addr show scope global | sed 's/.* inet \\([0-9.]*\\).*/\\1/')
body=$(within curl --silent --fail http://127.0.0.1:8080/ | sed 's/"nonce":"[^"]*"/"nonce":"of-an-earlier-process"/')
head='HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nConnection: close\\r\\n'
printf "$head"'Content-Length: %d\\r\\n\\r\\n%s' \${#body} "$body" >/run/stale-answer
within socat TCP-LISTEN:18080,fork,reuseaddr SYSTEM:'sed -u /^.$/q >/dev/null; cat /run/stale-answer' & server=$!
sleep 0.3
within iptables -t nat -I PREROUTING -p tcp --dport 8080 -j REDIRECT --to-ports 18080
sleep 0.3
served=$(curl --silent "http://$address:8080/" || true)
within iptables -t nat -D PREROUTING -p tcp --dport 8080 -j REDIRECT --to-ports 18080
kill $server
rm /run/stale-answer
grep of-an-earlier-process <<<"$served"`
  await machine.exec(['bash', '-c', script], { timeoutMs: 20_000, signal: context.signal })
}

/** As a repair that loses a write which etcd had acknowledged: an entry of the ledger is gone. */
export const loseAcknowledgedWrite: Sabotage = async (context) => {
  const core = (await context.api()).makeApiClient(CoreV1Api)
  const { items } = await core.listNamespacedConfigMap({ namespace: ledgerNamespace })
  const names = items.map(({ metadata }) => metadata?.name ?? '')
  // Not one of those that the ledger deletes itself.
  const name = names.find((one) => one.startsWith('entry-') && !/[05]$/.test(one))
  if (name === undefined) throw new ClusterError('the ledger has no entry')
  await core.deleteNamespacedConfigMap({ name, namespace: ledgerNamespace })
}

const leaf = '/etc/kubernetes/pki/etcd/healthcheck-client'
const kept = '/root/healthcheck-client'

/** Keeps a certificate of the CA that will be lost, with its key, where the loss does not reach. */
export const keepCertificate = ({ cluster, signal }: DrillContext) =>
  onFirst(cluster, `for end in crt key; do cp -p ${leaf}.$end ${kept}.$end; done`, signal)

/** As a repair that left it in its place. */
export const putCertificateBack: Sabotage = ({ cluster, signal }) =>
  onFirst(cluster, `for end in crt key; do cp -p ${kept}.$end ${leaf}.$end; done`, signal)

async function onFirst({ controlPlanes }: DrillContext['cluster'], script: string, signal: AbortSignal): Promise<void> {
  const [first] = controlPlanes
  if (!first) throw new ClusterError('the cluster has no control plane')
  await first.exec(['bash', '-ec', script], { timeoutMs: 20_000, signal })
}

/** As pods that are not ready for a moment: the Service's endpoints lose them, and have them again when it is over. */
export const emptyService =
  (forMs: number): Sabotage =>
  async (context) => {
    const core = (await context.api()).makeApiClient(CoreV1Api)
    const of = { namespace: workloadNamespace, name: 'echo' }
    const select = async (more: Readonly<Record<string, string>>): Promise<void> => {
      const body = await core.readNamespacedService(of)
      if (body.spec) body.spec.selector = { app: 'echo', ...more }
      await core.replaceNamespacedService({ ...of, body })
    }
    await select({ nobody: 'has-it' })
    await sleep(forMs)
    await select({})
  }

/** As a host that gives the prober no time. */
export const freezeProber =
  (forMs: number): Sabotage =>
  async (_, { processIds }) => {
    if (processIds.length === 0) throw new ClusterError('the process of the prober is not known')
    for (const pid of processIds) process.kill(pid, 'SIGSTOP')
    await sleep(forMs)
    for (const pid of processIds) process.kill(pid, 'SIGCONT')
  }
