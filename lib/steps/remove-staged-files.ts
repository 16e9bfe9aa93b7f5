import { basename } from 'node:path'
import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryContext, Step } from '../engine/step.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { isBroken } from '../kubelet/broken-nodes.ts'
import { clientsMayBeRejected } from '../pki/cluster-ca.ts'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { electedComponents } from '../leader-election/lease-changes.ts'
import {
  expiredKubeconfigOf,
  kubeletRenewed,
  kubeletRestartPending,
  knownCasPath,
  sharedCertsCreated,
  stagedKubeletConf,
  stagedManifestsDir,
  stoppedManifestsDir,
  verboseApiServer,
  workDir,
} from '../shell/work-dir.ts'

/** What is there only while a repair has not come to its end. */
const staged = [
  stagedManifestsDir,
  stoppedManifestsDir,
  stagedKubeletConf,
  kubeletRestartPending,
  kubeletRenewed,
  sharedCertsCreated,
  verboseApiServer,
  knownCasPath,
  ...electedComponents.map(expiredKubeconfigOf),
]

/**
 * On a machine whose Node is not Ready the pods still have the lost CA, and it may be back tomorrow: by the CAs that it knew the next
 * repair sees that their clients are rejected. Of a machine that did not answer, the control planes tell that it is of this cluster.
 */
async function keepsKnownCas(cluster: ClusterState, host: NodeState): Promise<boolean> {
  const isAwaited = cluster.unreachable.length > 0 && host.node.role === 'control-plane'
  return (isAwaited || isBroken(cluster, host)) && (await clientsMayBeRejected(cluster))
}

async function withStagedFiles(cluster: ClusterState, { signal }: RecoveryContext): Promise<NodeState[]> {
  const found = await forEachNode(cluster.machines, async (host) => {
    const kept = (await keepsKnownCas(cluster, host)) ? [knownCasPath] : []
    const script = bash`
${emitFunction}
for path in ${staged.filter((path) => !kept.includes(path))}; do
  if [ -e "$path" ]; then echo "$path"; fi
done | emit staged
`
    const { stdout } = await runScript(host.node, 'check for staged files', script, { public: true, signal })
    return parseFields(stdout)('staged') === '' ? [] : [host]
  })
  return found.flat()
}

/**
 * The last step, when everything is whole: of the repair's directory nothing stays but backups. A later disaster must find nothing of
 * this repair: an operator edits manifests meanwhile, and a staged one would undo the edits.
 */
export const removeStagedFiles: Step<ClusterState, NodeState> = {
  id: 'remove-staged-files',
  title: 'Remove the staged files; backups stay',
  needed: withStagedFiles,
  async run(cluster, { signal }, hosts) {
    await forEachNode(hosts, async (host) => {
      const kept = (await keepsKnownCas(cluster, host)) ? basename(knownCasPath) : 'backup'
      // What a killed script left in between too, such as a kubeconfig for one command.
      const script = bash`find ${workDir} -mindepth 1 -maxdepth 1 ! -name backup ! -name ${kept} -exec rm -rf {} +`
      await runScript(host.node, 'remove the staged files', script, { public: true, signal })
    })
  },
}
