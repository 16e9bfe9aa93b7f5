import { forEachNode } from '../engine/for-each-node.ts'
import type { Step } from '../engine/step.ts'
import { nodeConfigOf } from '../kubeadm/node-configs.ts'
import type { ClusterState } from '../model.ts'
import { components } from '../static-pods/components.ts'
import { manifestFunction } from '../static-pods/manifests.ts'
import { lostStaticPods, type LostStaticPod } from '../static-pods/lost-static-pods.ts'
import { bash, runScript } from '../shell/bash.ts'
import { knownCasPath, kubeadmConfigPath, stagedManifestsDir, stoppedManifestsDir, workDir } from '../shell/work-dir.ts'

/** The first step that writes: what the others need on the machines, and by what an unfinished repair is recognised. */
export const stageConfiguration: Step = {
  id: 'stage-configuration',
  title: 'Record the CAs that every machine knows, and stage the kubeadm configuration',
  followUp: true,
  async preview(cluster, { signal }) {
    const { controlPlanes, addedNames } = cluster
    const reason = 'kubeadm needs it there'
    const added = addedNames.map(({ name, usedBy }) => ({
      node: 'cluster',
      action: `put ${name} into new certificates of API servers`,
      reason: `the kubelet of ${usedBy} uses it, and the kubeadm configuration lacks it`,
    }))
    const lost = (await lostStaticPods(cluster, signal)).map((pod) => ({
      node: pod.node,
      action: `leave the lost static pod ${pod.pod}`,
      reason: whatToRestore(pod),
    }))
    const written = controlPlanes.map(({ node }) => ({ node: node.name, action: `write ${kubeadmConfigPath}`, reason }))
    return [...written, ...added, ...lost]
  },
  async run(cluster, { emit, signal }) {
    for (const lost of await lostStaticPods(cluster, signal))
      emit({ type: 'static-pod.lost', node: lost.node, pod: lost.pod, reason: whatToRestore(lost) })
    await recordKnownCas(cluster, signal)
    await stageKubeadmConfigs(cluster, signal)
  },
}

/** What an operator has to bring back for a static pod of his own. */
function whatToRestore({ paths }: LostStaticPod): string {
  const mounted = paths.length > 0 ? `, and what it mounted where that is gone too: ${paths.join(', ')}` : ''
  return `its manifest is gone; only you can bring it back${mounted}`
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
    await runScript(node, 'record the known CAs', script, { public: true, signal, input })
  })
}

/**
 * Manifests that an earlier repair staged, or took and gave back, are removed: an operator may have edited those that ran since. A file
 * that is the same already keeps its time: manifests that are younger count as made from it.
 */
async function stageKubeadmConfigs(cluster: ClusterState, signal: AbortSignal): Promise<void> {
  await forEachNode(cluster.controlPlanes, async (host) => {
    const script = bash`
${manifestFunction(host)}
umask 077
mkdir -p ${workDir}
rm -rf ${stagedManifestsDir}
for component in ${components}; do
  if [ -s "$(manifest_of "$component")" ]; then rm -f ${stoppedManifestsDir}/"$component.yaml"; fi
done
cat > ${kubeadmConfigPath}.new
if cmp --silent ${kubeadmConfigPath}.new ${kubeadmConfigPath}; then
  rm ${kubeadmConfigPath}.new
  exit 0
fi
mv ${kubeadmConfigPath}.new ${kubeadmConfigPath}
`
    const input = nodeConfigOf(cluster, host)
    await runScript(host.node, 'stage the kubeadm configuration', script, { public: true, signal, input })
  })
}
