import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { selfSigned } from '../workload/self-signed.ts'
import { httpsGet } from './https-get.ts'

const at: { ca: string; otherCa: string; port: number } = { ca: '', otherCa: '', port: 0 }
const opened: Server[] = []

beforeAll(async () => {
  const own = selfSigned('own')
  at.ca = own.cert
  at.otherCa = selfSigned('other').cert
  const server = createServer({ ...own }, (request, response) => {
    if (request.url === '/silent') return
    response.writeHead(request.headers.authorization === 'Bearer good' ? 200 : 401).end('body')
  })
  opened.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  at.port = (server.address() as AddressInfo).port
})
afterAll(() => {
  for (const server of opened) server.close().closeAllConnections()
})

const get = (more: Partial<Parameters<typeof httpsGet>[0]> = {}) =>
  httpsGet({ address: '127.0.0.1', port: at.port, path: '/', ca: at.ca, ...more })

test('a status of a verified server, with and without the right token', async () => {
  expect(await get({ token: 'good' })).toEqual({ verified: true, status: 200, error: null })
  expect(await get({ token: 'bad' })).toEqual({ verified: true, status: 401, error: null })
})

test('a server that the CA does not vouch for gets no credentials', async () => {
  const seen = await get({ ca: at.otherCa, token: 'good' })
  expect(seen).toMatchObject({ verified: false, status: null })
  expect(seen.error).toMatch(/SELF_SIGNED|VERIFY|SIGNATURE/)
})

test('without a CA nothing is verified', async () => {
  expect(await httpsGet({ address: '127.0.0.1', port: at.port, path: '/' })).toEqual({
    verified: false,
    status: 401,
    error: null,
  })
})

test('no server, and a silent one', async () => {
  expect(await get({ port: 1 })).toEqual({ verified: false, status: null, error: 'ECONNREFUSED' })
  expect(await get({ path: '/silent', timeoutMs: 100 })).toEqual({ verified: true, status: null, error: 'ETIMEDOUT' })
})

test('an abort is no evidence', async () => {
  await expect(get({ path: '/silent', signal: AbortSignal.timeout(50) })).rejects.toThrow()
})
