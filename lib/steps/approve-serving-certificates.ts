import { limitMs } from '../engine/time-limits.ts'
import { getRaw, items, kubeFunction, nameOf } from '../api/kube-api.ts'
import { messageOf } from '../engine/errors.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { objectAt, objectsAt, stringAt } from '../engine/json.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { waitFor } from '../engine/wait.ts'
import { isSilent } from '../kubelet/broken-nodes.ts'
import { servingCertificate } from '../kubelet/kubelet.ts'
import type { ClusterState, Json, NodeState } from '../model.ts'
import { certificateProblem } from '../pki/certificate-problem.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { apiNames } from '../pki/serving/api-names.ts'
import { servingNodes } from '../pki/serving/own-names.ts'
import { servingProblem, servingSigner, unprovenIn } from '../pki/serving/serving-problem.ts'
import { bash, runScript } from '../shell/bash.ts'
import { previewWithoutCa } from './preview-without.ts'

const without = 'it has no serving certificate, so that logs and exec of its pods fail'

const requestsPath = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

/**
 * The machines whose kubelet requests its serving certificate from the cluster, was given a new identity, and has none of
 * the new CA. The requests of others are decided by whoever decided on them before.
 */
async function withoutCertificate(cluster: ClusterState, { signal }: RecoveryContext): Promise<NodeState[]> {
  const asking = cluster.machines.filter((host) => host.facts.servesByRequest && !isSilent(cluster, host))
  if (asking.length === 0) return []
  const ca = await clusterCa(cluster)
  const found = await forEachNode(asking, async (host) => {
    const pem = await servingCertificate(host, signal)
    return pem === undefined || certificateProblem(pem, ca, new Date()) === undefined ? [] : [host]
  })
  return found.flat()
}

async function decide(
  cluster: ClusterState,
  request: Json,
  refusal: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const condition = {
    type: refusal === undefined ? 'Approved' : 'Denied',
    status: 'True',
    reason: refusal === undefined ? 'NamesAreTheNodes' : 'NamesAreNotTheNodes',
    message: refusal ?? 'the requester, every name and every address are this node',
  }
  const script = bash`
${kubeFunction(cluster.first, cluster)}
kube replace --raw ${`${requestsPath}/${nameOf(request)}/approval`} --filename - > /dev/null
`
  const input = JSON.stringify({ ...request, status: { ...objectAt(request, 'status'), conditions: [condition] } })
  await runScript(cluster.first.node, `decide on the certificate request ${nameOf(request)}`, script, { signal, input })
}

/**
 * Approves or denies the undecided requests of these machines, and names the denied ones. Gives what an operator has to decide, in words,
 * by machine.
 */
async function decideAll(
  cluster: ClusterState,
  { signal, emit }: RecoveryContext,
  hosts: readonly NodeState[],
): Promise<ReadonlyMap<string, string>> {
  const selected = `${requestsPath}?fieldSelector=spec.signerName%3D${encodeURIComponent(servingSigner)}`
  const paths = [selected, '/api/v1/nodes', '/api/v1/services']
  const [requests, nodes, services] = await getRaw(cluster.first, cluster, paths, signal)
  const api = apiNames(cluster.config, cluster.controlPlanes)
  const own = servingNodes(hosts, { machines: cluster.machines, nodes, services, api })
  const asking = new Map(own.map((node) => [`system:node:${node.name}`, node]))
  const undecided = new Map<string, string>()
  for (const request of items(requests)) {
    const node = asking.get(stringAt(objectAt(request, 'spec'), 'username') ?? '')
    const isDecided = objectsAt(objectAt(request, 'status'), 'conditions').length > 0
    if (!node || isDecided) continue
    const refusal = servingProblem(request, node)
    const unproven = refusal === undefined ? unprovenIn(request, node) : []
    if (unproven.length > 0) {
      const names = unproven.join(', ')
      undecided.set(
        node.name,
        `${nameOf(request)} names ${names}, which is on no interface there: "kubectl certificate approve" it if that is right`,
      )
      continue
    }
    await decide(cluster, request, refusal, signal)
    if (refusal === undefined) continue
    emit({ type: 'request.denied', node: node.name, request: nameOf(request), reason: refusal })
  }
  return undecided
}

/**
 * No controller approves these requests, because a kubelet could ask for any name; the controller manager only signs
 * what is approved. Late, when kubelets have asked: one that started before the API did retries after 2 to 16 s.
 */
export const approveServingCertificates = stepFromFindings<NodeState>({
  id: 'approve-serving-certificates',
  title: 'Approve kubelet serving certificates whose names are those of their node, and deny the others',
  followUp: true,
  previewWithout: previewWithoutCa(({ facts }) => facts.servesByRequest),
  describe: ({ node }) => [
    {
      node: node.name,
      action: "approve its kubelet's serving request",
      reason: 'it has no serving certificate of this CA',
    },
  ],
  find: withoutCertificate,
  async work(cluster, context, hosts) {
    const { emit, signal } = context
    let left: readonly string[] = hosts.map(({ node }) => node.name)
    let undecided: ReadonlyMap<string, string> = new Map()
    try {
      await waitFor(
        'every kubelet has its serving certificate',
        async () => {
          undecided = await decideAll(cluster, context, hosts)
          left = (await withoutCertificate(cluster, context)).map(({ node }) => node.name)
          return left.every((name) => undecided.has(name))
        },
        { timeoutMs: limitMs(90_000, cluster.first), intervalMs: 250, signal },
      )
    } catch (error) {
      signal.throwIfAborted()
      for (const node of left.filter((name) => !undecided.has(name)))
        emit({ type: 'node.left', node, reason: `${without}: ${messageOf(error)}` })
    }
    for (const [node, what] of undecided)
      if (left.includes(node)) emit({ type: 'node.left', node, reason: `${without}: ${what}` })
  },
})
