import { currentKeyId } from '../trust.ts'
import { siteOf } from '../site.ts'
import type { RecoveryContext } from '../step.ts'
import { emptySecretTokens, secretTokens } from '../tokens.ts'
import { waitFor } from '../wait.ts'
import { workStep } from '../work-step.ts'

async function oldTokens(context: RecoveryContext): Promise<string[]> {
  const site = await siteOf(context)
  const [current, tokens] = await Promise.all([currentKeyId(site), secretTokens(site, context.signal)])
  return tokens.filter((token) => token.keyId !== current).map(({ where }) => where)
}

export const reissueSecretTokens = workStep({
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
