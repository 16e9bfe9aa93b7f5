import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { Json } from '../model.ts'
import { authenticationPath, cleanedAuthentication, clientsMayBeRejected } from '../pki/cluster-ca.ts'
import { replaceOrLeave } from './replace-or-leave.ts'
import { previewWithoutApi } from './preview-without.ts'

export const pruneStaleCas = stepFromFindings<Json>({
  id: 'prune-stale-cas',
  title: 'Remove the lost CAs from extension-apiserver-authentication',
  followUp: true,
  previewWithout: previewWithoutApi,
  async find(cluster, { signal }) {
    // Where no CA was lost, a second one of the same name is a rotation that an operator has begun.
    if (!cluster.learned.created.has('front-proxy-ca.crt') && !(await clientsMayBeRejected(cluster))) return []
    const cleaned = await cleanedAuthentication(cluster, signal)
    return cleaned ? [cleaned] : []
  },
  async work(cluster, context, [cleaned]) {
    await replaceOrLeave(cluster, context, {
      object: 'ConfigMap kube-system/extension-apiserver-authentication',
      title: 'replace extension-apiserver-authentication',
      path: authenticationPath,
      renewed: cleaned,
      // API servers may have added to it meanwhile.
      renewAgain: () => cleanedAuthentication(cluster, context.signal),
    })
  },
})
