import { emptySecretTokens, staleSecretTokens } from '../api/tokens.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'
import { waitUntilNone } from '../engine/wait.ts'
import { currentKeyId } from '../pki/cluster-ca.ts'
import { previewWithoutApi } from './preview-without.ts'

export const reissueSecretTokens = stepFromFindings<string>({
  id: 'reissue-secret-tokens',
  title: 'Reissue the service-account tokens in Secrets',
  followUp: true,
  previewWithout: previewWithoutApi,
  describe: (name) => [{ node: 'cluster', action: `reissue the token in ${name}`, reason: 'another key signed it' }],
  find: async (cluster, { signal }) => staleSecretTokens(cluster, await currentKeyId(cluster), signal),
  work: (cluster, { signal }, names) => emptySecretTokens(cluster, names, signal),
  async verify(cluster, { signal }) {
    const keyId = await currentKeyId(cluster)
    const stale = () => staleSecretTokens(cluster, keyId, signal)
    const options = { timeoutMs: 60_000, intervalMs: 150, signal }
    await waitUntilNone('every token Secret is signed with the new key', stale, options)
  },
})
