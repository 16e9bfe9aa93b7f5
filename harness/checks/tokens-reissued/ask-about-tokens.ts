/** What the API says of tokens. */
import type { KubernetesClient } from '../../observe/kubernetes-client.ts'

/** A token in a Secret. In memory only. */
export interface LegacyToken {
  readonly namespace: string
  readonly secret: string
  readonly token: string
}

/** The tokens of all Secrets of the type that has them; empty where the token is still to come. */
export async function legacyTokens({ core }: Pick<KubernetesClient, 'core'>): Promise<readonly LegacyToken[]> {
  const { items } = await core.listSecretForAllNamespaces({ fieldSelector: 'type=kubernetes.io/service-account-token' })
  return items.map(({ metadata, data }) => ({
    namespace: metadata?.namespace ?? '',
    secret: metadata?.name ?? '',
    token: Buffer.from(data?.['token'] ?? '', 'base64').toString(),
  }))
}

/** Whether the API takes a token; null when it gave no answer. Rejects at an abort. */
export async function reviewOf(
  { authentication }: Pick<KubernetesClient, 'authentication'>,
  token: string,
  audiences: readonly string[],
  signal: AbortSignal,
): Promise<boolean | null> {
  const { V1TokenReview, V1TokenReviewSpec } = await import('@kubernetes/client-node')
  const spec = Object.assign(new V1TokenReviewSpec(), { token, audiences: [...audiences] })
  try {
    const { status } = await authentication.createTokenReview({ body: Object.assign(new V1TokenReview(), { spec }) })
    return status?.authenticated ?? false
  } catch {
    // The error of the client holds the request, and with it the token, so it is not passed on.
    signal.throwIfAborted()
    return null
  }
}
