import { type ApiClientStatus, apiClientStatusSchema, collectApiClientStatus } from './collect.ts'
import { evidenceOf } from '../../observe/evidence-of.ts'
import { onRunClock } from '../../observe/collecting.ts'
import type { Check, CollectAt } from '../../model/check.ts'
import type { RunView } from '../../model/run-view.ts'
import { conclude } from '../conclude.ts'
import { counted } from '../../model/format.ts'

const check = { id: 'api-clients-work', title: 'API clients in pods work' }

/** Longer without a call than this, and a client hangs: it calls once a second and gives each call 0.9 s. */
const silentAfterMs = 10_000

/** By what the workload's two clients of the API say of themselves: one reads token and CA for each call, one at its start only. */
export const apiClientsWork: Check = {
  ...check,
  collect: {
    baseline: (context) => collectApiClientStatus(context, 'baseline'),
    recovered: (context) => collectApiClientStatus(context, 'recovered'),
    settled: (context) => collectApiClientStatus(context, 'settled'),
  },
  judge(run) {
    const before = lookAt(run, 'baseline')
    const after = [lookAt(run, 'recovered'), lookAt(run, 'settled')]
    return conclude(check, {
      failures: after.flatMap(({ failures }) => failures),
      unknowns: [
        ...before.failures.map((failure) => `not working before the fault already: ${failure}`),
        ...[before, ...after].flatMap(({ unknowns }) => unknowns),
      ],
      claim: `${counted(after.at(-1)?.clients.length ?? 0, 'API client')} use the API again, also the one that reads token and CA at its start only`,
      facts: after.flatMap(({ facts }) => facts),
    })
  },
}

function lookAt(run: RunView, when: CollectAt) {
  const evidence = evidenceOf(run, `api-client-status-${when}`, apiClientStatusSchema)
  if (!evidence.ok) return { clients: [], failures: [], unknowns: [evidence.unknown], facts: [] }
  const { clients } = evidence.value
  const kinds = new Set(clients.flatMap(({ status }) => (status ? [status.readOnce] : [])))
  const unanswered = clients.some(({ status }) => status === null)
  return {
    clients,
    failures: clients.flatMap((client) => failuresOf(when, client, evidence.value)),
    unknowns: kinds.size === 2 || unanswered ? [] : [`${when}: not both kinds of API client were seen`],
    facts: clients.map(({ pod, status, problem }) => `${when}: ${pod}: ${wordsOf(status, problem)}`),
  }
}

type Client = ApiClientStatus['clients'][number]

function failuresOf(when: CollectAt, { pod, status, problem }: Client, snapshot: ApiClientStatus): readonly string[] {
  if (status?.outcome !== 'ok') return [`${when}: ${pod}: ${wordsOf(status, problem)}`]
  const lastMs = status.lastCallAt === null ? undefined : onRunClock(snapshot, status.lastCallAt)
  return lastMs !== undefined && snapshot.atMs - lastMs < silentAfterMs
    ? []
    : [`${when}: ${pod}: has not called the API since ${status.lastCallAt ?? 'its start'}`]
}

function wordsOf(status: Client['status'], problem: string | null): string {
  if (!status) return `does not answer (${problem ?? 'no reason'})`
  const reads = status.readOnce ? 'reads token and CA once' : 'reads token and CA for each call'
  const { outcome, detail, since, tokenKid } = status
  return `${outcome}${detail && detail !== '200' ? ` (${detail})` : ''} since ${since}, key ${tokenKid?.slice(0, 8) ?? 'none'}, ${reads}`
}
