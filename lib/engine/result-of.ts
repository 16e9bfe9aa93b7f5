import { PreconditionError, StepError } from './errors.ts'
import { ended, of } from './find-events.ts'
import { nextFor } from './next-steps.ts'
import type { RecoveryEvent } from './recovery-event.ts'
import type { Failure, LeftOver, RecoveryOutcome, RecoveryResult, Unseen } from './recovery-result.ts'

/** How a recovery ended, as its runner knows it. */
export type RecoveryEnd =
  | { readonly kind: 'recovered' | 'nothing-to-do' }
  /** `began`: a step after the first had begun, so that something may have been changed. */
  | { readonly kind: 'error'; readonly error: unknown; readonly began: boolean }

/** The step after which every client had the time to retry. Where nothing was replaced that clients use, it is skipped. */
export const lastWatch = 'restart-late-api-clients'
/** The step that looks for what still trusts a lost CA. Skipped in the same way. */
export const trustSearch = 'find-lost-trust'

/** What a recovery came to, by its events and its end. Pure. */
export function resultOf(events: readonly RecoveryEvent[], end: RecoveryEnd): RecoveryResult {
  const left = leftIn(events)
  const backups = backupsIn(events)
  const outcome = outcomeOf(end, left)
  return {
    outcome,
    ...(end.kind === 'error' ? { failure: failureOf(end.error) } : {}),
    left,
    rejectedClients: clientsIn(events, end, left),
    held: heldIn(events),
    givenBack: of(events, 'hold.given-back').map(({ what }) => what),
    lostTrust: trustIn(events, end),
    opened: openedIn(events),
    backups,
    next: nextFor(outcome, events, left),
  }
}

function outcomeOf(end: RecoveryEnd, left: readonly LeftOver[]): RecoveryOutcome {
  if (end.kind === 'error') return !end.began && refusalIn(end.error) ? 'refused' : 'failed'
  return end.kind === 'recovered' && left.length > 0 ? 'degraded' : end.kind
}

/** The errors from the outermost to the first cause. */
function chainOf(error: unknown): readonly Error[] {
  const chain: Error[] = []
  for (let at = error; at instanceof Error && chain.length < 8; at = at.cause) chain.push(at)
  return chain
}

const refusalIn = (error: unknown) =>
  chainOf(error).find((each): each is PreconditionError => each instanceof PreconditionError)

function failureOf(error: unknown): Failure {
  const chain = chainOf(error)
  const step = chain.find((each): each is StepError => each instanceof StepError)?.step
  const reason = refusalIn(error)?.reason
  // The message of a StepError is that of its cause and the name of the step.
  const [outer] = chain.filter((each) => !(each instanceof StepError))
  return {
    message: outer?.message ?? String(error),
    ...(step === undefined ? {} : { step }),
    ...(reason === undefined ? {} : { reason }),
  }
}

/** Each once, by the last word on it. */
function leftIn(events: readonly RecoveryEvent[]): readonly LeftOver[] {
  const back = (name: string, at: number) =>
    events.some((event, later) => later > at && event.type === 'node.back' && event.node === name)
  const left = events.flatMap((event, at): LeftOver[] => {
    switch (event.type) {
      case 'node.left':
        if (back(event.node, at)) return []
        return [{ kind: 'machine', name: event.node, node: event.node, reason: event.reason }]
      case 'machine.unreachable':
        return [{ kind: 'machine', name: event.node, node: event.node, reason: event.reason }]
      case 'client.left':
        return [{ kind: 'client', name: event.pod, node: event.node, reason: event.reason }]
      case 'static-pod.lost':
      case 'token.left':
      case 'pod.left':
        return [{ kind: 'pod', name: event.pod, node: event.node, reason: event.reason }]
      case 'object.left':
        return [{ kind: 'object', name: event.object, reason: event.reason }]
      case 'ca.kept-without-key':
        // An external CA has no key here by design.
        return event.isExternal ? [] : [{ kind: 'ca', name: event.file, reason: event.reason }]
      default:
        return []
    }
  })
  return [...new Map(left.map((each) => [[each.kind, each.node, each.name].join(' '), each])).values()]
}

function clientsIn(
  events: readonly RecoveryEvent[],
  end: RecoveryEnd,
  left: readonly LeftOver[],
): RecoveryResult['rejectedClients'] {
  const unseen: Unseen[] = [
    ...of(events, 'clients.unobserved').map(({ node, reason }) => ({
      what: `clients of the API server on ${node}`,
      reason,
    })),
    ...of(events, 'machine.unreachable').map(({ node, reason }) => ({ what: `clients on ${node}`, reason })),
  ]
  const others = of(events, 'client.unknown').map(({ where, reason }) => ({ where, reason }))
  if (others.length > 0 || left.some(({ kind }) => kind === 'client')) return { state: 'some', others, unseen }
  if (isUntouched(events, end, lastWatch)) return { state: 'unaffected', others, unseen: [] }
  if (!ended(events, 'finished', lastWatch)) {
    const reason =
      end.kind === 'error' ? 'the repair ended before it could be known' : 'this repair does not ask for it'
    return { state: 'unknown', others, unseen: [...unseen, { what: 'every client', reason }] }
  }
  return { state: unseen.length > 0 ? 'unknown' : 'none', others, unseen }
}

function trustIn(events: readonly RecoveryEvent[], end: RecoveryEnd): RecoveryResult['lostTrust'] {
  const retired = of(events, 'sa-key.retired').map(({ keyId }) => ({
    where: `sa.pub, so that tokens of the lost key ${keyId.slice(0, 8)} are accepted until the repair is finished`,
    lost: 'sa-key' as const,
  }))
  const found = of(events, 'trust.left').map(({ where, node, lost }) => ({
    ...{ where, lost },
    ...(node === undefined ? {} : { node }),
  }))
  const unseen = [
    ...of(events, 'trust.unseen').map(({ where, reason }) => ({ what: where, reason })),
    ...(ended(events, 'finished', trustSearch)
      ? of(events, 'machine.unreachable').map(({ node, reason }) => ({ what: `the files on ${node}`, reason }))
      : []),
  ]
  const all = { found: [...retired, ...found], unseen }
  if (ended(events, 'finished', trustSearch)) return { state: 'looked', ...all }
  if (!isUntouched(events, end, trustSearch)) return { state: 'unknown', ...all }
  return { state: all.found.length > 0 ? 'looked' : 'unaffected', ...all }
}

/** Nothing was changed, or the step found that nothing of its kind was replaced. */
const isUntouched = (events: readonly RecoveryEvent[], end: RecoveryEnd, step: string): boolean =>
  end.kind === 'nothing-to-do' || (end.kind === 'error' && !end.began) || ended(events, 'skipped', step)

/** What could not be given back, and what a repair that was killed had no time to. */
function heldIn(events: readonly RecoveryEvent[]): RecoveryResult['held'] {
  const held = new Map<string, RecoveryResult['held'][number]>()
  for (const event of events) {
    if (event.type === 'hold.taken') {
      const { what, until } = event
      held.set(what, { what, until, reason: 'the repair ended before it could give it back' })
    }
    if (event.type === 'hold.released' || event.type === 'hold.given-back') held.delete(event.what)
    if (event.type === 'hold.kept')
      held.set(event.what, { what: event.what, until: event.until, reason: event.message })
  }
  return [...held.values()]
}

function openedIn(events: readonly RecoveryEvent[]): RecoveryResult['opened'] {
  return of(events, 'credential.made').map(({ path, node, reason }) => ({ what: path, node, reason }))
}

function backupsIn(events: readonly RecoveryEvent[]): RecoveryResult['backups'] {
  const files = of(events, 'file.backed-up')
  const places = Map.groupBy(files, ({ node, directory = '' }) => `${node} ${directory}`)
  return [...places.values()].map((each) => ({
    node: each[0]?.node ?? '',
    directory: each[0]?.directory ?? '',
    files: [...new Set(each.map(({ path }) => path))],
  }))
}
