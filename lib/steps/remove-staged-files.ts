import { forEachNode } from '../engine/for-each-node.ts'
import type { RecoveryContext, Step } from '../engine/step.ts'
import type { ClusterState, NodeState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { kubeletRestartPending, knownCasPath, stagedKubeletConf, stagedManifestsDir } from '../shell/work-dir.ts'

const staged = [stagedManifestsDir, stagedKubeletConf, knownCasPath, kubeletRestartPending]

async function withStagedFiles({ machines }: ClusterState, { signal }: RecoveryContext): Promise<NodeState[]> {
  const script = bash`
for path in ${staged}; do
  if [ -e "$path" ]; then echo yes; exit 0; fi
done
`
  const found = await forEachNode(machines, async (host) => {
    const { stdout } = await runScript(host.node, 'check for staged files', script, { signal })
    return stdout.trim() === 'yes' ? [host] : []
  })
  return found.flat()
}

/**
 * The last step, when everything is whole. A later disaster must find nothing of this repair: an operator edits manifests
 * meanwhile, and a staged one would undo the edits.
 */
export const removeStagedFiles: Step<ClusterState, NodeState> = {
  id: 'remove-staged-files',
  title: 'Remove the staged files; backups stay',
  needed: withStagedFiles,
  async run(_cluster, { signal }, hosts) {
    const script = bash`rm -rf ${staged}`
    await forEachNode(hosts, ({ node }) => runScript(node, 'remove the staged files', script, { signal }))
  },
}
