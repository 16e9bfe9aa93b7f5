import { keyId } from '../pki/key-id.ts'
import { siteOf } from '../site.ts'
import type { RecoveryContext, Step } from '../step.ts'
import { emptySecretTokens, secretTokens } from '../tokens.ts'
import { waitFor } from '../wait.ts'

async function oldTokens(context: RecoveryContext): Promise<string[]> {
  const site = await siteOf(context)
  const publicKey = await site.first.node.readFile(`${site.config.certificatesDir}/sa.pub`)
  const current = keyId(publicKey.toString())
  const tokens = await secretTokens(site, context.signal)
  return tokens.filter((token) => token.keyId !== current).map(({ where }) => where)
}

export const reissueSecretTokens: Step = {
  id: 'reissue-secret-tokens',
  title: 'Have the tokens in Secrets signed anew',
  needed: async (context) => (await oldTokens(context)).length > 0,
  async run(context) {
    await emptySecretTokens(await siteOf(context), await oldTokens(context), context.signal)
  },
  async verify(context) {
    await waitFor(
      'every token Secret carries the new key',
      async () => {
        const old = await oldTokens(context)
        if (old.length > 0) throw new Error(`not yet: ${old.join(', ')}`)
        return true
      },
      { timeoutMs: 60_000, intervalMs: 200, signal: context.signal },
    )
  },
}
