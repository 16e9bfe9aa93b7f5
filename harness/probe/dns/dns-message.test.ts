import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dnsAnswer, dnsQuery, dnsReply } from './dns-message.ts'

const name = 'echo.drill-workload.svc.cluster.local'
const query = dnsQuery(0x1234, name)

test('a query is that of RFC 1035: one question, recursion desired, type A, class IN', () => {
  expect(dnsQuery(0x1234, 'a.bc').toString('hex')).toBe(
    '1234' + '0100' + '0001' + '000000000000' + '0161' + '026263' + '00' + '00010001',
  )
})

test('an answer says its address, and from which query it is', () => {
  expect(dnsReply(dnsAnswer(query, '10.96.3.4'))).toEqual({ id: 0x1234, rcode: 0, addresses: ['10.96.3.4'] })
})

/** As CoreDNS 1.14 answers: EDNS is not asked for, the name in the answer is not compressed. */
test('names are read whole or by pointer, and other records are skipped', () => {
  const labels = query.subarray(12, -4)
  const record = (type: number, data: readonly number[]) =>
    Buffer.concat([labels, Buffer.from([0, type, 0, 1, 0, 0, 0, 5, 0, data.length, ...data])])
  const message = Buffer.concat([query, record(5, [0xc0, 12]), record(1, [10, 0, 0, 7])])
  message.writeUInt16BE(0x8580, 2)
  message.writeUInt16BE(2, 6)
  expect(dnsReply(message)).toEqual({ id: 0x1234, rcode: 0, addresses: ['10.0.0.7'] })
})

test.each([
  ['SERVFAIL', 2],
  ['NXDOMAIN', 3],
])('%s is a code without an address', (_, rcode) => {
  const message = Buffer.from(query)
  message.writeUInt16BE(0x8180 | rcode, 2)
  expect(dnsReply(message)).toEqual({ id: 0x1234, rcode, addresses: [] })
})

test('a query, a truncated answer and a message cut off anywhere are no answers', () => {
  expect(dnsReply(query)).toBeUndefined()
  const whole = dnsAnswer(query, '10.96.3.4')
  for (let length = 0; length < whole.length; length++) expect(dnsReply(whole.subarray(0, length))).toBeUndefined()
  const truncated = Buffer.from(whole)
  truncated.writeUInt16BE(0x8200, 2)
  expect(dnsReply(truncated)).toBeUndefined()
})

test('nothing that comes by the network breaks it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      dnsReply(Buffer.from(bytes))
    }),
  )
})
