import { bash } from '../shell/bash.ts'
import { forEachNode } from '../engine/for-each-node.ts'
import { requireEtcdData } from '../etcd/etcd-data.ts'
import { belongsTo, kubeletState, restartKubelet } from '../kubelet/kubelet.ts'
import { installFunction, installManifest, isInstalled } from '../static-pods/manifests.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { siteOf, type NodeState } from '../preflight/survey.ts'
import { clusterCa } from '../pki/cluster-ca.ts'
import { waitForPort } from '../shell/wait-for-port.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { stagedManifestsDir } from '../shell/work-dir.ts'

/**
 * kubeadm's etcd opens its metrics port when it begins to serve its peers, after it has compared its data with
 * theirs.
 */
const metricsPort = 2381

async function serves(host: NodeState, signal: AbortSignal): Promise<void> {
  try {
    await waitForPort(host, '127.0.0.1', metricsPort, { timeoutMs: 15_000, signal })
  } catch {
    // Another port, or a slow machine: then the next member waits for this one's answer itself.
    signal.throwIfAborted()
  }
}

/** A kubelet that starts without its manifests' directory looks for it again after 20 s only. */
async function restartWith(context: RecoveryContext, host: NodeState, manifest?: 'etcd'): Promise<void> {
  const site = await siteOf(context)
  const before = bash`
mkdir -p ${host.facts.manifestsDir}
${installFunction(host)}
for component in ${manifest ? [manifest] : []}; do
  install_manifest "$component" ${stagedManifestsDir}/"$component.yaml"
done
`
  await restartKubelet(context, site, host, before)
}

/**
 * The kubelets of the control planes are restarted with their new identity: their file source lost its watch with the
 * directory and would look again only after a back-off of up to 20 s. Members start one after another: at its start
 * each asks every peer for a hash and waits 7 s for one that listens but does not serve yet, as all of them do when
 * they start together (InitialCorruptCheck).
 */
export const startEtcd = stepFromFindings<NodeState>({
  id: 'start-etcd',
  title: 'Make sure that etcd has its data on every control plane, then start it',
  needs: 'authorities',
  on: ({ node }) => node.role === 'control-plane',
  describe: ({ node }) => [
    {
      node: node.name,
      action: 'install the manifest of etcd and restart kubelet',
      reason: 'the manifest is missing, or kubelet shows a certificate of another CA',
    },
  ],
  async find(context) {
    const site = await siteOf(context)
    const ca = await clusterCa(site)
    const found = await forEachNode(site.controlPlanes, async (host) => {
      const [installed, state] = await Promise.all([
        isInstalled(host, ['etcd'], context.signal),
        kubeletState(host, context.signal),
      ])
      return installed && belongsTo(ca, state, new Date()) ? [] : [host]
    })
    return found.flat()
  },
  async work(context, [first, ...others]) {
    const site = await siteOf(context)
    await requireEtcdData(site, context.signal)
    if (!first) return
    await forEachNode([first, ...others], (host) => restartWith(context, host, host === first ? 'etcd' : undefined))
    let started = first
    for (const host of others) {
      await serves(started, context.signal)
      await installManifest(context, site, host, 'etcd')
      started = host
    }
  },
})
