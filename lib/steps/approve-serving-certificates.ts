import { bash, runScript } from '../shell/bash.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { getRaw, items, kubeFunction, nameOf } from '../api/kube-api.ts'
import { isObject, objectAt, stringAt, type Json } from '../kubeadm/kubeadm-config.ts'
import { servingCertificate } from '../kubelet/kubelet.ts'
import { certificateProblem } from '../pki/certificate-problem.ts'
import { servingProblem, servingSigner, type ServingNode } from '../pki/serving/serving-problem.ts'
import { siteOf, type NodeState, type ClusterState } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { waitFor } from '../engine/wait.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

const requestsPath = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

/** The machines whose kubelet has its serving certificate from the cluster, and has none of the new CA. */
async function withoutCertificate(context: RecoveryContext): Promise<NodeState[]> {
  const site = await siteOf(context)
  const asking = site.machines.filter(({ facts }) => facts.servesByRequest)
  if (asking.length === 0) return []
  const ca = await clusterCa(site)
  const found = await forEachNode(asking, async (host) => {
    const pem = await servingCertificate(host, context.signal)
    return certificateProblem(pem, ca, new Date()) === undefined ? [] : [host]
  })
  return found.flat()
}

/**
 * What is each machine's own: what it says itself and what its Node says (a cloud's external addresses are on no
 * interface), less what is another's.
 */
export function servingNodes(hosts: readonly NodeState[], nodes: Json | undefined): ServingNode[] {
  const claimed = new Map(items(nodes).map((node) => [nameOf(node), node]))
  const addressesOf = (name: string) => {
    const addresses = objectAt(claimed.get(name) ?? {}, 'status')['addresses']
    return (Array.isArray(addresses) ? addresses.filter(isObject) : []).flatMap(
      (address) => stringAt(address, 'address') ?? [],
    )
  }
  return hosts.map(({ node: { name }, address, facts }) => {
    const others = [...claimed.keys()].filter((other) => other !== name)
    const foreign = new Set(others.flatMap((other) => [other, ...addressesOf(other)]))
    const addresses = [address, ...facts.addresses, ...addressesOf(name)].filter((each) => !foreign.has(each))
    return { name, addresses }
  })
}

async function decide(
  site: ClusterState,
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
${kubeFunction(site.first, site)}
kube replace --raw ${`${requestsPath}/${nameOf(request)}/approval`} --filename - > /dev/null
`
  const input = JSON.stringify({ ...request, status: { ...objectAt(request, 'status'), conditions: [condition] } })
  await runScript(site.first.node, `decide on the certificate request ${nameOf(request)}`, script, { signal, input })
}

/** Approves or denies what is undecided of these machines' requests. */
async function decideAll(
  context: RecoveryContext,
  site: ClusterState,
  hosts: readonly NodeState[],
): Promise<readonly string[]> {
  const { signal, emit } = context
  const selected = `${requestsPath}?fieldSelector=spec.signerName%3D${encodeURIComponent(servingSigner)}`
  const [requests, nodes] = await getRaw(site.first, site, [selected, '/api/v1/nodes'], signal)
  const asking = new Map(servingNodes(hosts, nodes).map((node) => [`system:node:${node.name}`, node]))
  const denied: string[] = []
  for (const request of items(requests)) {
    const node = asking.get(stringAt(objectAt(request, 'spec'), 'username') ?? '')
    if (!node || isDecided(request)) continue
    const refusal = servingProblem(request, node)
    await decide(site, request, refusal, signal)
    if (refusal === undefined) continue
    denied.push(`${nameOf(request)} of ${node.name} was denied: ${refusal}`)
    emit({ type: 'request.denied', node: node.name, request: nameOf(request), reason: refusal })
  }
  return denied
}

/**
 * Nobody in a cluster approves these requests by itself, since a kubelet could ask for any name; the controller
 * manager only signs what is approved. Late, when kubelets have asked: one that started before the API did asks again
 * after 2 to 16 s.
 */
export const approveServingCertificates = stepFromFindings<NodeState>({
  id: 'approve-serving-certificates',
  title: "Approve the kubelets' serving certificates whose names are their node's, and deny the others",
  needs: 'authorities',
  on: ({ facts }) => facts.servesByRequest,
  describe: ({ node }) => [
    {
      node: node.name,
      action: "approve its kubelet's serving request",
      reason: 'it has no serving certificate of this CA',
    },
  ],
  find: withoutCertificate,
  async work(context, hosts) {
    const site = await siteOf(context)
    const denied: string[] = []
    await waitFor(
      'every kubelet has its serving certificate',
      async () => {
        denied.push(...(await decideAll(context, site, hosts)))
        const left = (await withoutCertificate(context)).map(({ node }) => node.name)
        if (left.length > 0) throw new Error([`not yet: ${left.join(', ')}`, ...denied].join('; '))
        return true
      },
      { timeoutMs: 90_000, intervalMs: 250, signal: context.signal },
    )
  },
})

function isDecided(request: Json): boolean {
  const conditions = objectAt(request, 'status')['conditions']
  return Array.isArray(conditions) && conditions.length > 0
}
