import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { lineIntervalMs } from '../model/probe-path.ts'
import { answerServer } from './answer-server.ts'
import { streamPath } from './answer-stream.ts'
import { parseStreamLine } from './answer.ts'

test('lines of a stream are numbered from 1 for each reader, say when they were sent, and keep to the grid', async () => {
  const server = answerServer({ pod: 'echo-1' }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${streamPath}`
  const read = async (count: number) => {
    const [response] = (await once(get(url), 'response')) as [IncomingMessage]
    const lines = []
    for await (const line of createInterface(response)) {
      lines.push(parseStreamLine(line))
      if (lines.length === count) break
    }
    response.destroy()
    return lines
  }
  const beganNs = process.hrtime.bigint()
  const [lines, others] = await Promise.all([read(12), read(3)])
  expect(lines.map((line) => line?.count)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1))
  expect(others.map((line) => line?.count)).toEqual([1, 2, 3])
  expect(new Set([...lines, ...others].map((line) => `${line?.pod} ${line?.nonce}`)).size).toBe(1)
  const sent = lines.map((line) => Number(BigInt(line?.sentNs ?? 0) - beganNs) / 1e6)
  expect((sent[11] ?? 0) - (sent[0] ?? 0)).toBeGreaterThan(11 * lineIntervalMs - 5)
  server.close()
  server.closeAllConnections()
})

test.each(['', '{}', '{"pod":"p","nonce":"n","count":1}', '{"pod":"p","nonce":"n","count":1,"sentNs":"soon"}'])(
  'no line is read from %j',
  (text) => {
    expect(parseStreamLine(text)).toBeUndefined()
  },
)
