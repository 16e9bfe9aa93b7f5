/**
 * The workload that uses the API: `node api-client.ts [--read-once]`, in a pod. Reads its own ConfigMap once a second with the
 * mounted token and CA; without --read-once it reads both again for each call, as current client libraries do within a minute.
 */
import { hostname } from 'node:os'
import { answerServer } from './answer-server.ts'
import { type ApiOutcome, type ApiStatus, kidOf, outcomeOfError, outcomeOfStatus } from './api-status.ts'
import { type Credentials, podApiGet, readCredentials } from './pod-api.ts'
import { serve } from './serve.ts'

const periodMs = 1000

interface Outcome {
  readonly outcome: ApiOutcome
  readonly detail: string
}

const readOnce = process.argv.includes('--read-once')
const namespace = process.env['POD_NAMESPACE'] ?? 'drill-workload'
const path = `/api/v1/namespaces/${namespace}/configmaps/api-client`
const kept = readOnce ? readCredentials() : undefined

let status: ApiStatus = {
  outcome: 'starting',
  detail: '',
  since: new Date().toISOString(),
  lastCallAt: null,
  calls: 0,
  tokenKid: null,
  readOnce,
}
let everOk = false

function note({ outcome, detail }: Outcome, tokenKid: string | null): void {
  const now = new Date().toISOString()
  const changed = outcome !== status.outcome || detail !== status.detail
  status = {
    ...status,
    outcome,
    detail,
    since: changed ? now : status.since,
    lastCallAt: now,
    calls: status.calls + 1,
    tokenKid,
  }
  everOk ||= outcome === 'ok'
  if (changed) console.log(`${now} api ${outcome} ${detail} kid ${tokenKid ?? 'none'}`)
}

async function call(credentials: Credentials): Promise<Outcome> {
  try {
    return outcomeOfStatus((await podApiGet(path, credentials)).status)
  } catch (error) {
    return outcomeOfError(error as NodeJS.ErrnoException)
  }
}

async function tick(): Promise<void> {
  try {
    const credentials = kept ?? readCredentials()
    note(await call(credentials), kidOf(credentials.token))
  } catch (error) {
    note({ outcome: 'unreachable', detail: (error as NodeJS.ErrnoException).code ?? 'unknown' }, null)
  }
}

setInterval(() => void tick(), periodMs)
void tick()
// Ready for ever once it has worked: losing the API must not take the pod out of service.
serve(
  answerServer({
    pod: process.env['POD_NAME'] ?? hostname(),
    ready: () => everOk,
    documents: { '/status': () => status },
  }),
  Number(process.env['PORT'] ?? 8080),
)
