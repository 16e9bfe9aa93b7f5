/**
 * Reads a page of a database file, with those that continue it. Only what the reader needs is in the bytes, zeros are in the place of
 * the rest: never what is left over in the page from earlier use, and of values only the wanted.
 */
export type ReadPage = (
  place: { readonly page: number; readonly pageSize: number },
  values: WantedValues,
) => Promise<Buffer>

/** All of them, none, or that of a key. */
export type WantedValues = 'all' | 'none' | { readonly of: string }

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
  /** Where the value begins in its page. */
  readonly at: number
}

/** Where a value is in the file. */
export interface Place {
  readonly offset: number
  readonly length: number
}

/**
 * The entries of a small bucket in a bbolt database, read from the file while etcd is down, so that a repair knows etcd's
 * members before it changes anything. Only what is reachable from the newest meta page counts; free pages still hold
 * members that are long gone. Layout: go.etcd.io/bbolt, internal/common/{meta,page,bucket}.go. Throws where it is
 * another one.
 */
export async function bboltBucket(readPage: ReadPage, name: string): Promise<Map<string, Buffer>> {
  const elements = await elementsOf({ readPage, values: 'all', wanted: () => true, limit: fewPages }, name)
  return new Map(elements.map(({ key, value }) => [key.toString(), value]))
}

/** Where the values of a bucket are whose keys begin so; only the pages on the way to them are read, and no value. */
export async function bboltPlaces(readPage: ReadPage, name: string, prefix: Buffer): Promise<Place[]> {
  const wanted: Wanted = (from, to) => {
    const begins = from.subarray(0, prefix.length)
    return begins.compare(prefix) <= 0 && (to === undefined || to.compare(prefix) >= 0)
  }
  const elements = await elementsOf({ readPage, values: 'none', wanted, limit: Infinity }, name)
  return elements
    .filter(({ key }) => key.subarray(0, prefix.length).equals(prefix))
    .map(({ value, offset }) => ({ offset, length: value.length }))
}

/** Whether to read below a branch whose keys begin at `from` and end before `to`, where there is one. */
type Wanted = (from: Buffer, to: Buffer | undefined) => boolean

async function elementsOf(reading: Reading, name: string): Promise<(Element & Pick<Place, 'offset'>)[]> {
  const { readPage } = reading
  const { pageSize, rootPage } = await newestMeta(readPage)
  const all = () => true
  const root = await elementsBelow(
    { readPage, pageSize, values: { of: name }, wanted: all, read: new Set(), limit: fewPages },
    rootPage,
  )
  const bucket = root.find(({ key }) => key.toString() === name)
  if (!bucket) throw new TypeError(`the database has no bucket ${name}`)
  const page = Number(bucket.value.readBigUInt64LE(0))
  // A small bucket has no page of its own: it follows its header (root page 0 and a sequence number).
  return page === 0
    ? leafElements(bucket.value.subarray(headerBytes)).map((element) => ({
        ...element,
        offset: bucket.offset + headerBytes + element.at,
      }))
    : elementsBelow({ ...reading, pageSize, read: new Set() }, page)
}

async function newestMeta(readPage: ReadPage): Promise<Meta> {
  const first = metaIn(await readPage({ page: 0, pageSize: 4096 }, 'none'))
  const pageSize = first?.pageSize ?? 4096
  const second = metaIn(await readPage({ page: 1, pageSize }, 'none'))
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

interface Reading {
  readonly readPage: ReadPage
  readonly values: WantedValues
  readonly wanted: Wanted
  /** How many pages of the bucket may be read. */
  readonly limit: number
}

interface Walk extends Reading {
  readonly pageSize: number
  /** The pages that were read. */
  readonly read: Set<number>
}

/** Of the root and of a small bucket, which have one or two. */
const fewPages = 64

/**
 * The elements of a page and, where it is a branch, of all pages below it. An etcd that runs may write a page anew between two reads, so
 * that a walk leads anywhere, and in circles: it ends at a page that was read before, and beyond the limit.
 */
async function elementsBelow(walk: Walk, number: number): Promise<(Element & Pick<Place, 'offset'>)[]> {
  const { readPage, pageSize, values, wanted, read, limit } = walk
  if (read.has(number) || read.size >= limit)
    throw new TypeError(`page ${number} is not where it belongs: etcd is writing`)
  read.add(number)
  const page = await readPage({ page: number, pageSize }, values)
  const flags = page.readUInt16LE(8)
  if (flags & isLeaf)
    return leafElements(page).map((element) => ({ ...element, offset: number * pageSize + element.at }))
  if (!(flags & isBranch)) throw new TypeError(`page ${number} is neither branch nor leaf`)
  const below: (Element & Pick<Place, 'offset'>)[] = []
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
      at: keyEnd,
      key: page.subarray(start, keyEnd),
      value: page.subarray(keyEnd, keyEnd + page.readUInt32LE(at + 12)),
    }
  })
}
