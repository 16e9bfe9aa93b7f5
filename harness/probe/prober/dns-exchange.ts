import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { classOf } from './attempt.ts'
import { type DnsReply, dnsQuery, dnsReply } from '../dns/dns-message.ts'
import type { Attempt, Done, Exchange } from './exchange.ts'
import { dnsTargetOf, type Target } from './probe-plan.ts'
import type { ErrorClass } from './sample-format.ts'

/**
 * Asks for a name by one datagram, from a port of its own, as a resolver does. Where the query is refused or not answered in time, it
 * is asked once more from another port, which Services may lead to another server. Is that answered, a datagram was lost or one of
 * several servers is away (`retry-answered`); else DNS is.
 */
export function dnsExchange(url: string, expected: string | undefined): Exchange {
  const target = dnsTargetOf(url)
  return {
    ask: (_, done) => query(target, expected, done),
    again: {
      ask: (done) => query(target, expected, done),
      after: ({ error }) => error === 'refused',
      broken: 'retry-answered',
      stalled: 'retry-answered',
    },
  }
}

function query({ host, port, path: name }: Target, expected: string | undefined, done: Done): Attempt {
  const socket = createSocket('udp4')
  const id = randomInt(0x10000)
  let over = false
  let sent = false
  const close = (): void => {
    over = true
    socket.close()
  }
  const end = (error: ErrorClass, answered = false): void => {
    if (over) return
    close()
    done({ error, reused: false, answered })
  }
  socket.on('error', (error) => end(classOf(error)))
  socket.on('message', (message) => {
    const reply = dnsReply(message)
    // Another id is the answer to a question of somebody who had this port before.
    if (reply?.id === id || !reply) end(errorIn(reply, expected), true)
  })
  // Connected, because only then a refusal is told.
  socket.connect(port, host, () => {
    if (over) return
    sent = true
    socket.send(dnsQuery(id, name))
  })
  return {
    waiting: () => sent,
    // Nothing is kept, but a silence says no less about one datagram than about a kept connection.
    reused: () => true,
    abandon: () => (over ? undefined : close()),
  }
}

const codes: Readonly<Record<number, ErrorClass>> = { 0: 'none', 2: 'dns-servfail', 3: 'dns-nxdomain' }

function errorIn(reply: DnsReply | undefined, expected: string | undefined): ErrorClass {
  if (!reply) return 'truncated-body'
  const error = codes[reply.rcode] ?? 'dns-error'
  if (error !== 'none' || expected === undefined) return error
  return reply.addresses.includes(expected) ? 'none' : 'wrong-address'
}
