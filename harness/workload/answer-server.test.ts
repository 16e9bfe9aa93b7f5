import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { type AnswerServerOptions, answerServer } from './answer-server.ts'
import { parseAnswer } from './answer.ts'

async function serving(options: AnswerServerOptions) {
  const server = answerServer(options).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    get: (path: string) => fetch(`${base}${path}`),
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}

test('says who it is, counts, and another process has another nonce', async () => {
  await using one = await serving({ pod: 'echo-1' })
  await using other = await serving({ pod: 'echo-1' })
  const answers = [one, one, other].map(async ({ get }) => parseAnswer(await (await get('/?x=1')).text()))
  const [first, second, third] = await Promise.all(answers)
  expect(first?.pod).toBe('echo-1')
  expect([first?.count, second?.count].sort()).toEqual([1, 2])
  expect(second?.nonce).toBe(first?.nonce)
  expect(third?.nonce).not.toBe(first?.nonce)
})

test('a kept connection outlives any pause between probes', async () => {
  await using server = await serving({ pod: 'p' })
  expect(
    Number(/timeout=(\d+)/.exec((await server.get('/')).headers.get('keep-alive') ?? '')?.[1]),
  ).toBeGreaterThanOrEqual(60)
})

test('health, readiness, further documents, and nothing else', async () => {
  let ready = false
  await using server = await serving({
    pod: 'p',
    ready: () => ready,
    documents: { '/status': () => ({ outcome: 'ok' }) },
  })
  const statusOf = async (path: string) => (await server.get(path)).status
  expect(await Promise.all(['/healthz', '/readyz', '/status', '/nope'].map(statusOf))).toEqual([200, 503, 200, 404])
  ready = true
  expect(await statusOf('/readyz')).toBe(200)
  expect(await (await server.get('/status')).json()).toEqual({ outcome: 'ok' })
})

test.each([
  '',
  '{}',
  '{"pod":"p","nonce":"n"}',
  '{"pod":"","nonce":"n","count":1}',
  '{"pod":"p","nonce":"n","count":1',
  'null',
])('no answer is read from %j', (body) => {
  expect(parseAnswer(body)).toBeUndefined()
})
