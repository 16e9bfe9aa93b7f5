import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { selfSigned } from '../../workload/self-signed.ts'
import { summaryOf } from '../analysis/summary.ts'
import { targetOf } from './probe-plan.ts'
import { pathTo, probing, targetsTally } from './testing/probing.ts'

test('an API server is asked by TLS, whoever signed its certificate; what it answers counts, and that it is away', async () => {
  const { cert, key } = selfSigned('api', ['api'])
  let status = 200
  const server = createServer({ cert, key }, (_, response) => void response.writeHead(status).end('ok'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`
  const during = async () => {
    await sleep(600)
    status = 500
    await sleep(300)
    server.closeAllConnections()
    server.close()
    await sleep(300)
  }
  const all = await probing([{ ...pathTo('api-1', url), status: 200, intervalMs: 20, deadlineMs: 1000 }], during)
  const series = all.get('api-1')
  if (!series) throw new Error('no series')
  expect(series.deadlineMs).toBe(1000)
  expect(summaryOf(series).ok).toBeGreaterThan(5)
  expect(Object.keys(targetsTally(series))).toEqual(['none', 'http-error', 'refused'])
})

test.each([
  ['new', (sent: number) => sent],
  ['reused', () => 1],
] as const)('by TLS too a path asks as it says: %s', async (connection, expected) => {
  const { cert, key } = selfSigned('api', ['api'])
  const server = createServer({ cert, key }, (_, response) => void response.writeHead(200).end('ok'))
  let connections = 0
  server.on('secureConnection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`
  const path = { ...pathTo('api-1', url), connection, status: 200, intervalMs: 50, deadlineMs: 1000 }
  const series = (await probing([path], () => sleep(600))).get('api-1')
  server.closeAllConnections()
  server.close()
  if (!series) throw new Error('no series')
  const { sent, ok } = summaryOf(series)
  expect(ok).toBeGreaterThan(5)
  expect(connections).toBe(expected(sent))
})

test('a target is a literal address, or a Unix socket without a file', () => {
  expect(targetOf('https://172.18.0.2:6443/readyz')).toEqual({
    ...{ host: '172.18.0.2', port: 6443, path: '/readyz', tls: true },
  })
  expect(targetOf('unix:/drill-x')).toMatchObject({ socketPath: '\0drill-x' })
  expect(() => targetOf('https://api.test:6443/')).toThrow(/no literal address/)
})
