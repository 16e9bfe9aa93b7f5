/** Reads `count` pages of `pageSize` bytes, from page number `page` on, of a database file. */
export type ReadPages = (page: number, count: number, pageSize: number) => Promise<Buffer>

const magic = 0xed0cdaed
const isLeaf = 0x02
const isBranch = 0x01
const headerBytes = 16
const elementBytes = 16

interface Meta {
  readonly pageSize: number
  readonly rootPage: number
  readonly transaction: bigint
}

interface Element {
  readonly key: Buffer
  readonly value: Buffer
}

/**
 * The entries of a bucket in a bbolt database, read from the file while etcd is down, so that a repair knows etcd's
 * members before it changes anything. Only what is reachable from the newest meta page counts; free pages still hold
 * members that are long gone. Layout: go.etcd.io/bbolt, internal/common/{meta,page,bucket}.go. Throws where it is
 * another one.
 */
export async function bboltBucket(readPages: ReadPages, name: string): Promise<Map<string, Buffer>> {
  const elements = await elementsOf(readPages, name, () => true)
  return new Map(elements.map(({ key, value }) => [key.toString(), value]))
}

/** The values of a bucket whose keys begin so; only the pages on the way to them are read. */
export async function bboltValues(readPages: ReadPages, name: string, prefix: Buffer): Promise<Buffer[]> {
  const elements = await elementsOf(readPages, name, (from, to) => {
    const begins = from.subarray(0, prefix.length)
    return begins.compare(prefix) <= 0 && (to === undefined || to.compare(prefix) >= 0)
  })
  return elements.filter(({ key }) => key.subarray(0, prefix.length).equals(prefix)).map(({ value }) => value)
}

/** Whether to read below a branch whose keys begin at `from` and end before `to`, where there is one. */
type Wanted = (from: Buffer, to: Buffer | undefined) => boolean

async function elementsOf(readPages: ReadPages, name: string, wanted: Wanted): Promise<Element[]> {
  const { pageSize, rootPage } = await newestMeta(readPages)
  const root = await elementsBelow({ readPages, pageSize, wanted: () => true }, rootPage)
  const bucket = root.find(({ key }) => key.toString() === name)
  if (!bucket) throw new TypeError(`the database has no bucket ${name}`)
  const page = Number(bucket.value.readBigUInt64LE(0))
  // A small bucket has no page of its own: it follows its header (root page 0 and a sequence number).
  return page === 0
    ? leafElements(bucket.value.subarray(headerBytes))
    : elementsBelow({ readPages, pageSize, wanted }, page)
}

async function newestMeta(readPages: ReadPages): Promise<Meta> {
  const first = metaIn(await readPages(0, 1, 4096))
  const pageSize = first?.pageSize ?? 4096
  const second = metaIn(await readPages(1, 1, pageSize))
  const [newest] = [first, second]
    .filter((meta) => meta !== undefined)
    .sort((one, other) => Number(other.transaction - one.transaction))
  if (!newest) throw new TypeError('this is no database of bbolt')
  return newest
}

function metaIn(page: Buffer): Meta | undefined {
  if (page.length < headerBytes + 64 || page.readUInt32LE(headerBytes) !== magic) return undefined
  const meta = page.subarray(headerBytes)
  return {
    pageSize: meta.readUInt32LE(8),
    rootPage: Number(meta.readBigUInt64LE(16)),
    transaction: meta.readBigUInt64LE(48),
  }
}

interface Walk {
  readonly readPages: ReadPages
  readonly pageSize: number
  readonly wanted: Wanted
}

/** The elements of a page and, where it is a branch, of all pages below it. */
async function elementsBelow(walk: Walk, number: number): Promise<Element[]> {
  const { readPages, pageSize, wanted } = walk
  const first = await readPages(number, 1, pageSize)
  const overflow = first.readUInt32LE(12)
  const page = overflow === 0 ? first : await readPages(number, overflow + 1, pageSize)
  const flags = page.readUInt16LE(8)
  if (flags & isLeaf) return leafElements(page)
  if (!(flags & isBranch)) throw new TypeError(`page ${number} is neither branch nor leaf`)
  const below: Element[] = []
  const children = branchElements(page)
  for (const [index, { key, child }] of children.entries()) {
    if (wanted(key, children[index + 1]?.key)) below.push(...(await elementsBelow(walk, child)))
  }
  return below
}

function branchElements(page: Buffer): { readonly key: Buffer; readonly child: number }[] {
  return Array.from({ length: page.readUInt16LE(10) }, (_, index) => {
    const at = headerBytes + index * elementBytes
    const start = at + page.readUInt32LE(at)
    const key = page.subarray(start, start + page.readUInt32LE(at + 4))
    return { key, child: Number(page.readBigUInt64LE(at + 8)) }
  })
}

function leafElements(page: Buffer): Element[] {
  return Array.from({ length: page.readUInt16LE(10) }, (_, index) => {
    const at = headerBytes + index * elementBytes
    const start = at + page.readUInt32LE(at + 4)
    const keyEnd = start + page.readUInt32LE(at + 8)
    return {
      key: page.subarray(start, keyEnd),
      value: page.subarray(keyEnd, keyEnd + page.readUInt32LE(at + 12)),
    }
  })
}
