import { writeRawFunction } from '../api/kube-api.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import type { Json } from '../model.ts'
import { authenticationPath, cleanedAuthentication, clientsMayBeRejected } from '../pki/cluster-ca.ts'
import { bash, runScript } from '../shell/bash.ts'
import { writeOrLeave } from './write-or-leave.ts'
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
    const { signal } = context
    const script = bash`
${writeRawFunction(cluster.first, cluster)}
write_raw replace ${authenticationPath}
`
    let next = cleaned
    const write = async () => {
      // API servers may have added to it meanwhile.
      const object = next ?? (await cleanedAuthentication(cluster, signal))
      next = undefined
      const options = { public: true, signal, input: JSON.stringify(object) } as const
      if (object) await runScript(cluster.first.node, 'replace extension-apiserver-authentication', script, options)
    }
    await writeOrLeave(cluster, context, 'ConfigMap kube-system/extension-apiserver-authentication', write)
  },
})
