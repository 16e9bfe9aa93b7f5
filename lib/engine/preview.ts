import { bash, runScript } from '../shell/bash.ts'
import { kubeFunction } from '../api/kube-api.ts'
import { siteOf, type NodeState } from '../preflight/survey.ts'
import type { PlannedAction, RecoveryContext } from './step.ts'
import { clusterCa } from '../pki/cluster-ca.ts'

const answers = new WeakMap<RecoveryContext, Promise<boolean>>()

/** Whether the first control plane's API server answers now; asked once for a whole preview. */
function apiAnswers(context: RecoveryContext): Promise<boolean> {
  const known = answers.get(context)
  if (known) return known
  const asked = askOnce(context)
  answers.set(context, asked)
  return asked
}

async function askOnce(context: RecoveryContext): Promise<boolean> {
  const site = await siteOf(context)
  const script = bash`
${kubeFunction(site.first, site)}
if kube get --raw /readyz > /dev/null 2>&1; then echo yes; fi
`
  const { stdout } = await runScript(site.first.node, 'see whether the API answers', script, context)
  return stdout.trim() === 'yes'
}

/** What a step looks at that may not be there yet when it is previewed. */
export type Needs = 'api' | 'authorities'

/** The preview of a step whose need is not met; undefined where it is met. */
export async function previewWithout(
  need: Needs,
  context: RecoveryContext,
  on?: (host: NodeState) => boolean,
): Promise<readonly PlannedAction[] | undefined> {
  if (need === 'api') {
    if (await apiAnswers(context)) return undefined
    return [{ node: 'cluster', action: 'to be seen', reason: 'only the API can say, and it does not answer now' }]
  }
  const site = await siteOf(context)
  const there = await clusterCa(site).then(
    () => true,
    () => false,
  )
  if (there) return undefined
  const reason = 'the cluster has no CA now, so that nothing on this machine can belong to it'
  return site.machines
    .filter((host) => on?.(host) ?? true)
    .map(({ node }) => ({ node: node.name, action: 'as the step says', reason }))
}
