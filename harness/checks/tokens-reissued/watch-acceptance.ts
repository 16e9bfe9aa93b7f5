import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Background, DrillContext } from '../../model/context.ts'
import { untilStopped } from '../../observe/background.ts'
import { tokenClaimsOf } from '../../observe/fingerprints.ts'
import { kubernetesClient } from '../../observe/kubernetes-client.ts'
import { mountedTokens } from '../../observe/mounted-tokens.ts'
import { legacyTokens, reviewOf } from './ask-about-tokens.ts'

/** Between two rounds; each is a command on every machine and a request for every token, on a host that is busy with the repair. */
const intervalMs = 4000

const answerSchema = z.object({
  atMs: z.number().describe('Milliseconds since the run began'),
  kid: z.string().describe('The key that signed the token that was there then'),
  accepted: z.boolean().describe('The answer of the API to a TokenReview'),
})

/** A place for a token, with each answer that differs from the one before. While the API gave none, nothing is noted. */
export const watchedTokenSchema = z.object({
  where: z.string().describe('The machine, or `Secrets`'),
  what: z.string().describe('The pod’s UID and the volume, or the Secret'),
  answers: z.array(answerSchema),
})
export type WatchedToken = z.infer<typeof watchedTokenSchema>

/** A token and its place. In memory only. */
interface FoundToken extends Pick<WatchedToken, 'where' | 'what'> {
  readonly token: string
}

/** What one round asks. */
export interface AcceptanceApi {
  find(): Promise<readonly FoundToken[]>
  /** Null where the API gave no answer. */
  review(token: string, audiences: readonly string[]): Promise<boolean | null>
}

export interface WatchAcceptanceOptions {
  readonly connect: () => Promise<AcceptanceApi>
  readonly nowMs: () => number
  readonly signal: AbortSignal
  readonly intervalMs?: number
}

/** Asks the API about every token again and again until the signal ends it. Never rejects. */
export async function watchAcceptance({
  connect,
  nowMs,
  signal,
  intervalMs: everyMs = intervalMs,
}: WatchAcceptanceOptions): Promise<readonly WatchedToken[]> {
  const watched = new Map<string, WatchedToken>()
  const round = async (): Promise<void> => {
    const api = await connect()
    for (const { where, what, token } of await api.find()) {
      const read = tokenClaimsOf(token)
      if (!read) continue
      const { kid } = read.claims
      const atMs = nowMs()
      const accepted = await api.review(token, read.audiences)
      // Who gave no answer gives none to the next either.
      if (accepted === null) return
      const seen = watched.get(`${where} ${what}`) ?? { where, what, answers: [] }
      const last = seen.answers.at(-1)
      const isNews = last?.kid !== kid || last.accepted !== accepted
      const answers = isNews ? [...seen.answers, { atMs, kid, accepted }] : seen.answers
      watched.set(`${where} ${what}`, { ...seen, answers })
    }
  }
  while (!signal.aborted) {
    // Without the API, or a machine, there is no answer; the next round asks again.
    await round().catch(() => undefined)
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined)
  }
  return [...watched.values()]
}

/** Begins to watch the tokens of a drill. */
export function startWatch(context: DrillContext): Background {
  const { signal, end } = untilStopped(context)
  const connect = async (): Promise<AcceptanceApi> => {
    const clients = await kubernetesClient(await context.api(), signal)
    return {
      async find() {
        const [legacy, ...mounted] = await Promise.all([
          legacyTokens(clients),
          ...context.cluster.machines.map((machine) => mountedTokens(machine, signal).catch(() => [])),
        ])
        return [
          ...mounted
            .flat()
            .map(({ node, podUid, volume, token }) => ({ where: node, what: `${podUid} ${volume}`, token })),
          ...legacy.map(({ namespace, secret, token }) => ({
            where: 'Secrets',
            what: `${namespace}/${secret}`,
            token,
          })),
        ]
      },
      review: (token, audiences) => reviewOf(clients, token, audiences, signal),
    }
  }
  const watched = watchAcceptance({ connect, nowMs: () => context.journal.nowMs(), signal })
  return {
    async stop() {
      end()
      return watched
    },
  }
}
