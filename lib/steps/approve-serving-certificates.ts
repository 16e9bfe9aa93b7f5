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
import { apiNames, type ApiNames } from '../pki/serving/api-names.ts'
import { servingProblem, servingSigner, type ServingNode } from '../pki/serving/serving-problem.ts'
import { bash, runScript } from '../shell/bash.ts'
import { previewWithoutCa } from './preview-without.ts'

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

/**
 * The names and addresses of each machine: those that it reports itself and those of its Node (a cloud's external
 * addresses are on no interface), without those of other Nodes, of Services, and of the API. A machine writes what both say: it
 * may pass for no other by it.
 */
export function servingNodes(
  hosts: readonly NodeState[],
  nodes: Json | undefined,
  { isServiceAddress, endpoints }: ApiNames,
): ServingNode[] {
  const claimed = new Map(items(nodes).map((node) => [nameOf(node), node]))
  const addressesOf = (name: string) =>
    objectsAt(objectAt(claimed.get(name) ?? {}, 'status'), 'addresses').flatMap(
      (address) => stringAt(address, 'address') ?? [],
    )
  return hosts.map(({ node: { name }, address, facts }) => {
    const others = [...claimed.keys()].filter((other) => other !== name)
    const foreign = new Set(others.flatMap((other) => [other, ...addressesOf(other)]))
    // On a single control plane its own address may be the API's endpoint.
    const isOwn = (each: string) => each === address || each === name
    const claims = [...facts.addresses, ...addressesOf(name)].filter(
      (each) => !foreign.has(each) && !isServiceAddress(each) && (isOwn(each) || !endpoints.has(each)),
    )
    return { name, addresses: foreign.has(address) ? claims : [address, ...claims] }
  })
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

/** Approves or denies the undecided requests of these machines, and names the denied ones. */
async function decideAll(
  cluster: ClusterState,
  { signal, emit }: RecoveryContext,
  hosts: readonly NodeState[],
): Promise<void> {
  const selected = `${requestsPath}?fieldSelector=spec.signerName%3D${encodeURIComponent(servingSigner)}`
  const [requests, nodes] = await getRaw(cluster.first, cluster, [selected, '/api/v1/nodes'], signal)
  const asking = new Map(
    servingNodes(hosts, nodes, apiNames(cluster.config, cluster.controlPlanes)).map((node) => [
      `system:node:${node.name}`,
      node,
    ]),
  )
  for (const request of items(requests)) {
    const node = asking.get(stringAt(objectAt(request, 'spec'), 'username') ?? '')
    const isDecided = objectsAt(objectAt(request, 'status'), 'conditions').length > 0
    if (!node || isDecided) continue
    const refusal = servingProblem(request, node)
    await decide(cluster, request, refusal, signal)
    if (refusal === undefined) continue
    emit({ type: 'request.denied', node: node.name, request: nameOf(request), reason: refusal })
  }
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
    try {
      await waitFor(
        'every kubelet has its serving certificate',
        async () => {
          await decideAll(cluster, context, hosts)
          left = (await withoutCertificate(cluster, context)).map(({ node }) => node.name)
          return left.length === 0
        },
        { timeoutMs: 90_000, intervalMs: 250, signal },
      )
    } catch (error) {
      signal.throwIfAborted()
      const reason = `it has no serving certificate, so that logs and exec of its pods fail: ${messageOf(error)}`
      for (const node of left) emit({ type: 'node.left', node, reason })
    }
  },
})
