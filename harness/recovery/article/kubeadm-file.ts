import { parseAllDocuments, stringify } from 'yaml'
import { bash, runScript } from '../../../lib/shell/bash.ts'
import { forEachNode } from '../../../lib/engine/for-each-node.ts'
import { nodeConfigs } from '../../../lib/kubeadm/node-configs.ts'
import { isObject, objectAt } from '../../../lib/engine/json.ts'
import type { Preflight } from '../../../lib/engine/step.ts'
import { machinePreconditions } from '../../../lib/preflight/preconditions.ts'
import { reportInputs } from '../../../lib/preflight/report-inputs.ts'
import { surveyCluster } from '../../../lib/preflight/survey.ts'
import { workDir } from '../../../lib/shell/work-dir.ts'

/** The file that the article's kubeadm commands get with `--config`. */
export const articleConfigPath = `${workDir}/article.yaml`

/** What kubeadm itself adds to kubelet's flags. */
const addedByKubeadm = ['container-runtime-endpoint', 'pod-infra-container-image', 'config', 'hostname-override']

const kubeletConfig = '/var/lib/kubelet/config.yaml'
const kubeletFlags = '/var/lib/kubelet/kubeadm-flags.env'

/**
 * The machine's kubeadm configuration with its kubelet's own settings: `kubeadm init phase kubelet-start` overwrites
 * both of kubelet's files, with what this file says or else with defaults.
 * @param machine as nodeConfig makes it
 * @param flags the text of kubeadm-flags.env
 * @param config the text of kubelet's config.yaml, which is a KubeletConfiguration
 */
export function articleConfig(machine: string, flags: string, config: string): string {
  const parsed = parseAllDocuments(machine)
  const documents = (Array.isArray(parsed) ? parsed : []).map((document) => document.toJS() as unknown).filter(isObject)
  const args = kubeletArgs(flags)
  const withFlags = documents.map((document) => {
    if (document['kind'] !== 'InitConfiguration' || args.length === 0) return document
    const kubeletExtraArgs = String(document['apiVersion']).endsWith('v1beta3')
      ? Object.fromEntries(args.map(({ name, value }) => [name, value]))
      : args
    return { ...document, nodeRegistration: { ...objectAt(document, 'nodeRegistration'), kubeletExtraArgs } }
  })
  const texts = withFlags.map((document) => stringify(document))
  return [...texts, ...(config.trim() === '' ? [] : [config])].join('---\n')
}

/** `KUBELET_KUBEADM_ARGS="--node-ip=10.0.0.1 …"` as names and values, without what kubeadm adds itself. */
function kubeletArgs(flags: string): { readonly name: string; readonly value: string }[] {
  const [, line = ''] = /^KUBELET_KUBEADM_ARGS="?([^"\n]*)"?$/m.exec(flags) ?? []
  return [...line.matchAll(/--([\w-]+)=(\S*)/g)].flatMap(([, name = '', value = '']) =>
    addedByKubeadm.includes(name) ? [] : [{ name, value }],
  )
}

export const stageConfig: Preflight = {
  id: 'article-config',
  title: 'Stage the kubeadm configuration on each control plane (the article has none; kubeadm needs it)',
  survey: (context) => surveyCluster(context, machinePreconditions),
  async run(cluster, context) {
    const { signal } = context
    const configs = nodeConfigs(cluster)
    reportInputs(context, cluster)
    await forEachNode(cluster.controlPlanes, async ({ node }) => {
      const read = async (path: string) => {
        const script = bash`if [ -s ${path} ]; then cat ${path}; fi`
        return (await runScript(node, `read ${path}`, script, { signal })).stdout
      }
      const input = articleConfig(configs.get(node.name) ?? '', await read(kubeletFlags), await read(kubeletConfig))
      const script = bash`
umask 077
mkdir -p ${workDir}
cat > ${articleConfigPath}
`
      await runScript(node, 'stage the configuration of the article', script, { signal, input })
    })
  },
}
