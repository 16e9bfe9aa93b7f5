/**
 * The workload's extension API server: `node aggregated-api.ts`, in a pod with its serving certificate in /serving. Reads whom to
 * trust from the cluster's ConfigMap every three seconds, with token and CA read each time, as extension API servers do.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { aggregatedServer } from './aggregated-server.ts'
import { podApiGet, readCredentials } from './pod-api.ts'
import { fingerprintsOf, requestHeaderTrustOf } from './request-header-trust.ts'
import { serve } from './serve.ts'

const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'
const periodMs = 3000

const { server, trust } = aggregatedServer({
  key: readFileSync('/serving/tls.key', 'utf8'),
  cert: readFileSync('/serving/tls.crt', 'utf8'),
  pod: process.env['POD_NAME'] ?? hostname(),
  nonce: randomBytes(6).toString('hex'),
})

let logged = ''
function say(words: string): void {
  if (words !== logged) console.log(`${new Date().toISOString()} ${words}`)
  logged = words
}

/** On an error the previous trust stays. */
async function renew(): Promise<void> {
  try {
    const { status, body } = await podApiGet(path, readCredentials())
    if (status !== 200) throw new Error(`HTTP ${status}`)
    const trusted = requestHeaderTrustOf(body)
    trust(trusted)
    say(`trusts ${fingerprintsOf(trusted.cas).join(' ')}`)
  } catch (error) {
    say(`cannot read whom to trust: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`)
  }
}

setInterval(() => void renew(), periodMs)
void renew()
serve(server, Number(process.env['PORT'] ?? 8443))
