import { forEachNode } from '../engine/for-each-node.ts'
import type { Step } from '../engine/step.ts'
import { nodeConfigOf } from '../kubeadm/node-configs.ts'
import type { ClusterState } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { knownCasPath, kubeadmConfigPath, stagedManifestsDir, workDir } from '../shell/work-dir.ts'

/** The first step that writes: what the others need on the machines, and by what an unfinished repair is recognised. */
export const stageConfiguration: Step = {
  id: 'stage-configuration',
  title: 'Record the CAs that every machine knows, and stage the kubeadm configuration',
  followUp: true,
  async preview({ controlPlanes }) {
    const reason = 'kubeadm needs it there'
    return controlPlanes.map(({ node }) => ({ node: node.name, action: `write ${kubeadmConfigPath}`, reason }))
  },
  async run(cluster, { signal }) {
    await recordKnownCas(cluster, signal)
    await stageKubeadmConfigs(cluster, signal)
  },
}

/** By these a repair that is run again still recognises machines with the old and the new CA as one cluster. */
async function recordKnownCas({ machines }: ClusterState, signal: AbortSignal): Promise<void> {
  await forEachNode(machines, async ({ node, facts }) => {
    const script = bash`
mkdir -p -m 0700 ${workDir}
cat > ${knownCasPath}.new
mv ${knownCasPath}.new ${knownCasPath}
`
    const input = facts.knownCas.map((pem) => `${pem}\n`).join('')
    await runScript(node, 'record the known CAs', script, { signal, input })
  })
}

/**
 * Manifests that an earlier repair staged are removed: an operator may have edited those that ran since. A file that is the
 * same already keeps its time: manifests that are younger count as made from it.
 */
async function stageKubeadmConfigs(cluster: ClusterState, signal: AbortSignal): Promise<void> {
  await forEachNode(cluster.controlPlanes, async (host) => {
    const script = bash`
umask 077
mkdir -p ${workDir}
rm -rf ${stagedManifestsDir}
cat > ${kubeadmConfigPath}.new
if cmp --silent ${kubeadmConfigPath}.new ${kubeadmConfigPath}; then
  rm ${kubeadmConfigPath}.new
  exit 0
fi
mv ${kubeadmConfigPath}.new ${kubeadmConfigPath}
`
    const input = nodeConfigOf(cluster, host)
    await runScript(host.node, 'stage the kubeadm configuration', script, { signal, input })
  })
}
