/**
 * The workload that uses the API: `node api-client.ts [--read-once]`, in a pod. Reads its own ConfigMap once a second with the
 * mounted token and CA; without --read-once it reads both anew for each call, as current client libraries do within a minute.
 */
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { hostname } from 'node:os'
import { answerServer } from './answer-server.ts'
import { type ApiOutcome, type ApiStatus, kidOf, outcomeOfError, outcomeOfStatus } from './api-status.ts'
import { serve } from './serve.ts'

const mount = '/var/run/secrets/kubernetes.io/serviceaccount'
const periodMs = 1000
const timeoutMs = 900

interface Credentials {
  readonly token: string
  readonly ca: string
}

interface Outcome {
  readonly outcome: ApiOutcome
  readonly detail: string
}

const readOnce = process.argv.includes('--read-once')
const namespace = process.env['POD_NAMESPACE'] ?? 'drill-workload'
const path = `/api/v1/namespaces/${namespace}/configmaps/api-client`
const readCredentials = (): Credentials => ({
  token: readFileSync(`${mount}/token`, 'utf8').trim(),
  ca: readFileSync(`${mount}/ca.crt`, 'utf8'),
})
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

/** A connection of its own for each call: a kept one would go on with what it was opened with. */
function call({ token, ca }: Credentials): Promise<Outcome> {
  return new Promise((resolve) => {
    const agent = new Agent({ ca, keepAlive: false, maxCachedSessions: 0 })
    const calling = request({
      host: process.env['KUBERNETES_SERVICE_HOST'],
      port: process.env['KUBERNETES_SERVICE_PORT'],
      path,
      agent,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    })
    const timer = setTimeout(
      () => calling.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      timeoutMs,
    )
    const end = (outcome: Outcome): void => {
      clearTimeout(timer)
      agent.destroy()
      resolve(outcome)
    }
    calling.on('error', (error: NodeJS.ErrnoException) => end(outcomeOfError(error)))
    calling.on('response', (response) => {
      response.resume()
      response.on('end', () => end(outcomeOfStatus(response.statusCode ?? 0)))
      response.on('error', (error: NodeJS.ErrnoException) => end(outcomeOfError(error)))
    })
    calling.end()
  })
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
// Ready for good once it has worked: losing the API must not take the pod out of service.
serve(
  answerServer({
    pod: process.env['POD_NAME'] ?? hostname(),
    ready: () => everOk,
    documents: { '/status': () => status },
  }),
  Number(process.env['PORT'] ?? 8080),
)
