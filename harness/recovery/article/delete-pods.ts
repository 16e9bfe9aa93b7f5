import { bash } from '../../../lib/shell/bash.ts'
import { askApi, getRaw, items, kubeFunction, nameOf } from '../../../lib/api/kube-api.ts'
import { isObject, objectAt } from '../../../lib/engine/json.ts'
import type { Json } from '../../../lib/model.ts'
import type { Step } from '../../../lib/engine/step.ts'
import { waitFor } from '../../../lib/engine/wait.ts'

/** kube-system first, for the network. Static pods have no ServiceAccount: their mirrors go too and come back at once. */
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
    await askApi(cluster.first, 'delete pods that use the API', script, context.signal)
  },
}

export const awaitPods: Step = {
  id: 'article-await-pods',
  title: 'Wait until every pod is ready',
  async run(cluster, context) {
    const { signal } = context
    await waitFor(
      'every pod is ready',
      async () => {
        const [list] = await getRaw(cluster.first, cluster, ['/api/v1/pods'], signal)
        const unready = items(list).filter((pod) => !isSettled(pod))
        const names = unready.map(nameOf)
        if (unready.length > 0) throw new Error(`not yet: ${names.join(', ')}`)
        return true
      },
      { timeoutMs: 240_000, intervalMs: 1000, signal },
    )
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
