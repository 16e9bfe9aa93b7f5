import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { ProbePath } from '../../model/probe-path.ts'
import type { ProbeSeries } from '../../model/probe-series.ts'
import { summaryOf } from '../analysis/summary.ts'
import { dnsAnswer } from '../dns/dns-message.ts'
import { probing, targetsTally } from './testing/probing.ts'

const address = '10.96.3.4'
type Behaviour = (query: Buffer, reply: (message: Buffer) => void) => void
const right: Behaviour = (query, reply) => reply(dnsAnswer(query, address))

/** What a path to a DNS server sees that behaves so, and how often each class. */
async function probed(behaviour: Behaviour, during: (close: () => void) => Promise<void> = () => sleep(250)) {
  const server = createSocket('udp4').bind(0, '127.0.0.1')
  await once(server, 'listening')
  server.on('message', (query, { port }) => behaviour(query, (message) => server.send(message, port, '127.0.0.1')))
  const close = (): void => void server.close()
  const path: ProbePath = {
    ...{ id: 'dns', title: 'dns', connection: 'datagram', expects: address },
    target: `dns://127.0.0.1:${server.address().port}/echo.drill-workload.svc.cluster.local`,
  }
  const all = await probing([path], () => during(close), { deadlineMs: 60 })
  const series = all.get('dns') as ProbeSeries
  const tally = targetsTally(series)
  return { tally, classes: Object.keys(tally), ...summaryOf(series) }
}

/** Loses one query. */
function losingOne(): Behaviour {
  let count = 0
  return (query, reply) => (++count === 10 ? undefined : right(query, reply))
}

test('a name that resolves to the right address is ok, and no server is told apart', async () => {
  const { classes, failed, ok, backends } = { ...(await probed(right)), backends: 0 }
  expect({ classes, failed, backends }).toEqual({ classes: ['none'], failed: 0, backends: 0 })
  expect(ok).toBeGreaterThan(5)
})

const code =
  (rcode: number): Behaviour =>
  (query, reply) => {
    const message = Buffer.from(query)
    message.writeUInt16BE(0x8180 | rcode, 2)
    reply(message)
  }
test.each<readonly [string, string, Behaviour]>([
  ['another address', 'wrong-address', (query, reply) => reply(dnsAnswer(query, '10.96.3.5'))],
  ['SERVFAIL', 'dns-servfail', code(2)],
  ['NXDOMAIN', 'dns-nxdomain', code(3)],
  ['REFUSED', 'dns-error', code(5)],
  ['half a message', 'truncated-body', (query, reply) => reply(dnsAnswer(query, address).subarray(0, 40))],
  ['silence', 'response-timeout', () => undefined],
])('%s is recorded as %s, and nothing is a success', async (_, error, behaviour) => {
  const { classes, ok } = await probed(behaviour)
  expect({ classes, ok }).toEqual({ classes: [error], ok: 0 })
})

test('an answer to a question of before is none', async () => {
  const { classes } = await probed((query, reply) => {
    const other = Buffer.from(dnsAnswer(query, '10.96.3.5'))
    other.writeUInt16BE((query.readUInt16BE(0) + 1) & 0xffff, 0)
    reply(other)
    right(query, reply)
  })
  expect(classes).toEqual(['none'])
})

test('a datagram that is lost is a failure of its own class, because the next one is answered', async () => {
  const { tally, classes } = await probed(losingOne(), () => sleep(400))
  expect(classes.sort()).toEqual(['none', 'retry-answered'])
  expect(tally['retry-answered']).toBe(1)
})

test('a server that is gone refuses, the second query too', async () => {
  const { classes, openAtEnd } = await probed(right, async (close) => {
    await sleep(150)
    close()
    await sleep(150)
  })
  expect({ classes: classes.filter((name) => name !== 'none'), openAtEnd }).toEqual({
    classes: ['refused'],
    openAtEnd: true,
  })
})
