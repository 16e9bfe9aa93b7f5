import { CommandError } from '../engine/errors.ts'
import type { ClusterState } from '../model.ts'
import { getRaw, items, nameOf } from './kube-api.ts'
import { objectAt, objectsAt, stringAt } from '../engine/json.ts'

/** What keeps a write away: `webhook "NAME"` or `policy "NAME"`, which says no or does not answer, or `object itself`. */
export interface Refusal {
  readonly name: string
  readonly how: 'denies it' | 'cannot be called' | 'is immutable'
}

/**
 * Pure: whether an API server's error says that admission refused a write, or that the object may not be changed, as kubectl prints it
 * or in JSON (apiserver, admission/plugin/webhook/errors and admission/plugin/policy/validating; apis/core/validation). The message of
 * the webhook itself is left out: it may hold anything.
 */
export function refusalIn(error: string): Refusal | undefined {
  const text = error.replaceAll('\\"', '"')
  if (text.includes('field is immutable when `immutable` is set')) return { name: 'object itself', how: 'is immutable' }
  const [, uncallable] = /failed calling webhook "([^"]+)"/.exec(text) ?? []
  if (uncallable !== undefined) return { name: `webhook "${uncallable}"`, how: 'cannot be called' }
  const [, denying] = /admission webhook "([^"]+)" denied/.exec(text) ?? []
  if (denying !== undefined) return { name: `webhook "${denying}"`, how: 'denies it' }
  const [, policy] = /ValidatingAdmissionPolicy '([^']+)'/.exec(text) ?? []
  return policy === undefined ? undefined : { name: `policy "${policy}"`, how: 'denies it' }
}

/** The same of an error that a command or a wait for one ended with. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof CommandError) return refusalIn(error.result.stderr)
  return error instanceof Error && error.cause !== undefined ? refusalOf(error.cause) : undefined
}

/** What an operator can do about a refusal. */
export const remedyFor = ({ how }: Refusal): string =>
  how === 'is immutable'
    ? 'delete it and make it again'
    : 'set the failurePolicy of that webhook to Ignore, or exempt this write from it, until the repair is done'

const configurations = ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'] as const

/** A refusal in words: the webhook, where it is configured, and which Service answers for it. */
export async function describeRefusal(
  cluster: ClusterState,
  { name, how }: Refusal,
  signal: AbortSignal,
): Promise<string> {
  const paths = configurations.map((kind) => `/apis/admissionregistration.k8s.io/v1/${kind}`)
  const lists = await getRaw(cluster.first, cluster, paths, signal)
  const found = lists.flatMap((list, index) =>
    items(list).flatMap((configuration) =>
      objectsAt(configuration, 'webhooks')
        .filter((webhook) => name === `webhook "${stringAt(webhook, 'name') ?? ''}"`)
        .map((webhook) => {
          const service = objectAt(objectAt(webhook, 'clientConfig'), 'service')
          const behind = stringAt(service, 'name')
          const served = behind === undefined ? '' : `, served by ${stringAt(service, 'namespace') ?? ''}/${behind}`
          return `${configurations[index] ?? ''}/${nameOf(configuration)}${served}`
        }),
    ),
  )
  return `the ${name}${found.length > 0 ? ` (${found.join('; ')})` : ''} ${how}`
}
