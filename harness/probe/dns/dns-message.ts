/** Messages of the Domain Name System, RFC 1035: what a query for one IPv4 address and its answer need of it. */
const typeA = 1
const classIn = 1
const headerBytes = 12
const recursionDesired = 0x0100
const isAnswer = 0x8000
const wasTruncated = 0x0200

export interface DnsReply {
  readonly id: number
  /** 0 is none, 2 SERVFAIL, 3 NXDOMAIN. */
  readonly rcode: number
  readonly addresses: readonly string[]
}

/** A query for the IPv4 addresses of a name. */
export function dnsQuery(id: number, name: string): Buffer {
  const labels = name.split('.').filter(Boolean)
  const question = labels.map((label) => Buffer.from([label.length, ...Buffer.from(label, 'latin1')]))
  return Buffer.concat([header(id, recursionDesired, 0), ...question, Buffer.from([0, 0, typeA, 0, classIn])])
}

/** The answer to a query with one address. */
export function dnsAnswer(query: Buffer, address: string): Buffer {
  const record = Buffer.from([
    0xc0,
    headerBytes,
    0,
    typeA,
    0,
    classIn,
    0,
    0,
    0,
    5,
    0,
    4,
    ...address.split('.').map(Number),
  ])
  return Buffer.concat([header(query.readUInt16BE(0), isAnswer, 1), query.subarray(headerBytes), record])
}

/** What a message says; undefined where it is cut off, or no answer. */
export function dnsReply(message: Buffer): DnsReply | undefined {
  try {
    return read(message)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function read(message: Buffer): DnsReply | undefined {
  const [id, flags, questions, answers] = [0, 2, 4, 6].map((at) => message.readUInt16BE(at)) as [
    number,
    number,
    number,
    number,
  ]
  if ((flags & isAnswer) === 0 || (flags & wasTruncated) !== 0) return undefined
  let at = headerBytes
  for (let n = 0; n < questions; n++) at = afterName(message, at) + 4
  const addresses: string[] = []
  for (let n = 0; n < answers; n++) {
    at = afterName(message, at)
    const [type, length] = [message.readUInt16BE(at), message.readUInt16BE(at + 8)]
    at += 10
    if (at + length > message.length) return undefined
    if (type === typeA && length === 4) addresses.push(message.subarray(at, at + 4).join('.'))
    at += length
  }
  return { id, rcode: flags & 0xf, addresses }
}

/** A name ends with a label of no length, or with a pointer to where it goes on. */
function afterName(message: Buffer, from: number): number {
  for (let at = from; ;) {
    const length = message.readUInt8(at)
    if (length >= 0xc0) return at + 2
    at += 1 + length
    if (length === 0) return at
  }
}

function header(id: number, flags: number, answers: number): Buffer {
  const bytes = Buffer.alloc(headerBytes)
  for (const [at, value] of [id, flags, 1, answers].entries()) bytes.writeUInt16BE(value, 2 * at)
  return bytes
}
