import { createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { CoreV1Api } from '@kubernetes/client-node'
import { expect, onTestFinished, test } from 'vitest'
import { selfSigned } from '../workload/self-signed.ts'
import { SharedConnections } from './api-access.ts'

test('requests share connections, by HTTP/1.1 even where the server prefers HTTP/2, as API servers do', async () => {
  const { key, cert } = selfSigned('api')
  const asked: string[] = []
  let connections = 0
  const server = createSecureServer({ key, cert, allowHTTP1: true }, (request, response) => {
    asked.push(request.httpVersion)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ apiVersion: 'v1', kind: 'NodeList', items: [] }))
  })
  server.on('secureConnection', () => (connections += 1))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const config = new SharedConnections()
  config.loadFromClusterAndUser(
    {
      name: 'it',
      server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      caData: Buffer.from(cert).toString('base64'),
      skipTLSVerify: false,
    },
    { name: 'it', token: 'none' },
  )
  for (let count = 0; count < 10; count++) await config.makeApiClient(CoreV1Api).listNode()
  expect(asked).toEqual(Array.from({ length: 10 }, () => '1.1'))
  // A request that follows at once may find the first connection still in use.
  expect(connections).toBeLessThanOrEqual(2)
})
