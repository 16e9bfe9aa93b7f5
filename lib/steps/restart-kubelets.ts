import { deleteBootstrapToken, makeBootstrapToken, waitForSignature } from '../kubelet/join/bootstrap-token.ts'
import { markNodesUnknown, joinKubelet } from '../kubelet/join/join-kubelet.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { belongsTo, kubeletState, restartKubelet, restartKubeletAsItIs } from '../kubelet/kubelet.ts'
import { resyncVolumes } from '../kubelet/resync-volumes.ts'
import { siteOf, type NodeState, type ClusterState } from '../preflight/survey.ts'
import { podsWithOtherCa } from '../api/tokens.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

interface Outdated {
  readonly host: NodeState
  /** The kubelet itself works with the old certificates; else only its pods are given the old CA. */
  readonly kubelet: boolean
  /** The uids of those. */
  readonly pods: readonly string[]
}

async function outdated(context: RecoveryContext): Promise<Outdated[]> {
  const site = await siteOf(context)
  const { signal } = context
  const ca = await clusterCa(site)
  const found = await forEachNode(site.machines, async (host) => {
    const [state, pods] = await Promise.all([kubeletState(host, signal), podsWithOtherCa(host, ca, signal)])
    const kubelet = !belongsTo(ca, state, new Date())
    return kubelet || pods.length > 0 ? [{ host, kubelet, pods }] : []
  })
  return found.flat()
}

const described = ({ host, kubelet }: Outdated) => [
  {
    node: host.node.name,
    action: kubelet
      ? 'give kubelet its new identity and restart it'
      : 'have kubelet write the volumes of its pods anew',
    reason: kubelet ? 'it shows a certificate of another CA' : 'its pods were given another CA',
  },
]

/**
 * The workers' kubelets, and those of control planes that looked at their pods before the new CA was published: they
 * would look again only after 60 to 90 s, and until then their pods hold the new token with the old CA.
 */
export const restartKubelets = stepFromFindings<Outdated>({
  id: 'restart-kubelets',
  title: 'Give kubelets their new identity, and their pods the new CA; containers run on',
  needs: 'authorities',
  describe: described,
  find: outdated,
  async work(context, found) {
    await bringUp(context, await siteOf(context), found)
  },
})

/** A kubelet that has its identity is restarted only where it does not write the new CA when it is asked to. */
async function bringUp(context: RecoveryContext, site: ClusterState, found: readonly Outdated[]): Promise<void> {
  const { signal } = context
  const ca = await clusterCa(site)
  await forEachNode(found, async ({ host, kubelet, pods }) => {
    if (kubelet) await restartKubelet(context, site, host)
    else if (!(await resyncVolumes(site, host, { ca, uids: pods }, signal))) await restartKubeletAsItIs(host, signal)
  })
}

/** The same with a bootstrap token for the workers; the control planes' kubelets have their identity by then. */
export const joinKubelets = stepFromFindings<Outdated>({
  id: 'join-kubelets',
  title: "Let the workers' kubelets join with a bootstrap token; containers run on",
  needs: 'authorities',
  describe: described,
  find: outdated,
  async work(context, found) {
    const site = await siteOf(context)
    const { signal } = context
    const joining = found.filter(({ host, kubelet }) => kubelet && host.node.role === 'worker')
    const restarting = found.filter((each) => !joining.includes(each))
    await bringUp(context, site, restarting)
    if (joining.length === 0) return
    const hosts = joining.map(({ host }) => host)
    const token = await makeBootstrapToken(site, signal)
    try {
      await Promise.all([waitForSignature(site, token, signal), markNodesUnknown(site, hosts, signal)])
      await forEachNode(hosts, (host) => joinKubelet(context, site, host, token))
    } finally {
      await deleteBootstrapToken(site, token, signal)
    }
  },
})
