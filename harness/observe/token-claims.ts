import { z } from 'zod'

/** What may be kept of a service-account token: everything but its signature, and of that only what the checks need. */
export const tokenClaimsSchema = z.object({
  kid: z.string().describe('Which key signed it'),
  sub: z.string(),
  iat: z.number().nullable(),
  exp: z.number().nullable(),
})
export type TokenClaims = z.infer<typeof tokenClaimsSchema>

const headerSchema = z.object({ kid: z.string() })
const payloadSchema = z.object({
  sub: z.string(),
  iat: z.number().optional(),
  exp: z.number().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
})

/** Reads the claims of a token without verifying it, and the audiences it is meant for. Undefined for what is no token. */
export function tokenClaimsOf(
  token: string,
): { readonly claims: TokenClaims; readonly audiences: readonly string[] } | undefined {
  const [header = '', payload = ''] = token.split('.')
  try {
    const { kid } = headerSchema.parse(decoded(header))
    const { sub, iat = null, exp = null, aud = [] } = payloadSchema.parse(decoded(payload))
    return { claims: { kid, sub, iat, exp }, audiences: typeof aud === 'string' ? [aud] : aud }
  } catch {
    return undefined
  }
}

const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())
