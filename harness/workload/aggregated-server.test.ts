import { once } from 'node:events'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { aggregatedServer } from './aggregated-server.ts'
import { fingerprintsOf, requestHeaderTrustOf } from './request-header-trust.ts'
import { selfSigned } from './self-signed.ts'

const serving = selfSigned('aggregated-api', ['aggregated-api.test'])
/** Self-signed, so each is its own CA. */
const [proxy, stranger] = [selfSigned('front-proxy-client'), selfSigned('front-proxy-client')]

async function started() {
  const { server, trust } = aggregatedServer({ ...serving, pod: 'p', nonce: 'n' })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const get = (path: string, client?: { key: string; cert: string }) =>
    new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
      const { cert: ca } = serving
      const headers = { 'x-remote-user': 'alice' }
      const options = {
        host: '127.0.0.1',
        port,
        path,
        ca,
        servername: 'aggregated-api.test',
        headers,
        agent: false as const,
      }
      request({ ...options, ...client }, (response) => {
        let text = ''
        response.on('data', (part) => (text += String(part)))
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> }),
        )
      })
        .on('error', reject)
        .end()
    })
  return { get, trust, [Symbol.asyncDispose]: async () => void server.close() }
}

test('believes only callers whose certificate the trusted CA signed, and changes its mind with it', async () => {
  await using api = await started()
  const path = '/apis/drill.example/v1/echoes/self'
  expect([await api.get('/readyz'), await api.get(path, proxy)].map(({ status }) => status)).toEqual([503, 401])
  api.trust({ cas: [proxy.cert], allowedNames: ['front-proxy-client'] })
  expect(await api.get(path, proxy)).toMatchObject({
    status: 200,
    body: { kind: 'Echo', pod: 'p', user: 'alice', callerCas: fingerprintsOf([proxy.cert]) },
  })
  expect((await api.get('/readyz')).status).toBe(200)
  expect((await api.get(path)).status).toBe(401)
  expect((await api.get(path, stranger)).status).toBe(401)
  api.trust({ cas: [stranger.cert], allowedNames: [] })
  expect((await api.get(path, proxy)).status).toBe(401)
  expect((await api.get(path, stranger)).status).toBe(200)
  api.trust({ cas: [stranger.cert], allowedNames: ['somebody-else'] })
  expect((await api.get(path, stranger)).status).toBe(401)
})

test('its discovery names what it serves, and nothing else is there', async () => {
  await using api = await started()
  api.trust({ cas: [proxy.cert], allowedNames: [] })
  expect(await api.get('/apis/drill.example/v1', proxy)).toMatchObject({
    body: { kind: 'APIResourceList', resources: [{ name: 'echoes', kind: 'Echo' }] },
  })
  expect(await api.get('/apis/drill.example/v1/echoes?limit=500', proxy)).toMatchObject({ body: { kind: 'EchoList' } })
  expect((await api.get('/nope', proxy)).status).toBe(404)
})

test('reads whom to trust from the ConfigMap', () => {
  const configMap = (data: Record<string, string>) => JSON.stringify({ data })
  expect(
    requestHeaderTrustOf(
      configMap({
        'requestheader-client-ca-file': `${proxy.cert}\n${stranger.cert}`,
        'requestheader-allowed-names': '["front-proxy-client"]',
      }),
    ),
  ).toEqual({ cas: [proxy.cert.trim(), stranger.cert.trim()], allowedNames: ['front-proxy-client'] })
  expect(() => requestHeaderTrustOf(configMap({}))).toThrow('names no request header client CA')
})
