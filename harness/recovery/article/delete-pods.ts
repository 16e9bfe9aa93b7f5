import { bash } from '../../../lib/shell/bash.ts'
import { askApi, getRaw, items, kubeFunction, nameOf } from '../../../lib/api/kube-api.ts'
import { isObject, objectAt } from '../../../lib/engine/json.ts'
import type { Json } from '../../../lib/model.ts'
import type { Step } from '../../../lib/engine/step.ts'
import { waitUntilNone } from '../../../lib/engine/wait.ts'

/** kube-system first, for the network. Mirror pods have no ServiceAccount, so they go too; kubelet recreates them at once. */
export const deletePods: Step = {
  id: 'article-delete-pods',
  title: 'Delete every pod whose ServiceAccount is not default, kube-system first',
  async run(cluster, context) {
    const script = bash`
${kubeFunction(cluster.first, cluster)}
for namespace in kube-system $(kube get namespaces --output name | sed 's,.*/,,' | grep -v '^kube-system$'); do
  kube delete pods --namespace "$namespace" --field-selector spec.serviceAccountName!=default --wait=false
done
`
    await askApi(cluster.first, 'delete pods that use the API', script, { signal: context.signal })
  },
}

export const awaitPods: Step = {
  id: 'article-await-pods',
  title: 'Wait until every pod is ready',
  async run(cluster, context) {
    const { signal } = context
    const unready = async () => {
      const [list] = await getRaw(cluster.first, cluster, ['/api/v1/pods'], signal)
      return items(list)
        .filter((pod) => !isSettled(pod))
        .map(nameOf)
    }
    await waitUntilNone('every pod is ready', unready, { timeoutMs: 240_000, intervalMs: 1000, signal })
  },
}

/** Ready, or done for good; one that is being deleted is neither. */
export function isSettled(pod: Json): boolean {
  const status = objectAt(pod, 'status')
  const conditions = status['conditions']
  if (objectAt(pod, 'metadata')['deletionTimestamp'] !== undefined) return false
  if (status['phase'] === 'Succeeded' || status['phase'] === 'Failed') return true
  return (Array.isArray(conditions) ? conditions.filter(isObject) : []).some(
    (condition) => condition['type'] === 'Ready' && condition['status'] === 'True',
  )
}
