import { currentKeyId } from '../pki/cluster-ca.ts'
import { siteOf } from '../preflight/survey.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { emptySecretTokens, secretTokens } from '../api/tokens.ts'
import { waitFor } from '../engine/wait.ts'
import { stepFromFindings } from '../engine/step-from-findings.ts'

async function oldTokens(context: RecoveryContext): Promise<string[]> {
  const site = await siteOf(context)
  const [current, tokens] = await Promise.all([currentKeyId(site), secretTokens(site, context.signal)])
  return tokens.filter((token) => token.keyId !== current).map(({ where }) => where)
}

export const reissueSecretTokens = stepFromFindings({
  id: 'reissue-secret-tokens',
  title: 'Have the tokens in Secrets signed anew',
  needs: 'api',
  find: oldTokens,
  async work(context, names) {
    await emptySecretTokens(await siteOf(context), names, context.signal)
  },
  async verify(context) {
    await waitFor(
      'every token Secret carries the new key',
      async () => {
        const old = await oldTokens(context)
        if (old.length > 0) throw new Error(`not yet: ${old.join(', ')}`)
        return true
      },
      { timeoutMs: 60_000, intervalMs: 150, signal: context.signal },
    )
  },
})
