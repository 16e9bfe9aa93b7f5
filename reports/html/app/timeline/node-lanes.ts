import { formatCounted, formatDuration } from '../../../model/figures.ts'
import { at, listAt, runTimeIn, snapshotsOf, textAt } from '../../../model/stored.ts'
import type { Details } from '../../payload.ts'
import type { Lane, LaneItem, MarkLook } from './lanes.ts'

/** A lane for each Node: since when it is Ready, when it renewed its lease, and when the tokens of its pods were issued. */
export function nodeLanes({ evidence }: Details, zeroMs: number): readonly Lane[] {
  const snapshots = snapshotsOf(evidence, 'nodes')
  const nodes = new Set(snapshots.flatMap(({ value }) => listAt(value, 'nodes').map((node) => textAt(node, 'name'))))
  return [...nodes].toSorted().map((node) => {
    const title = `${node}: Node`
    const ready = new Map<number, LaneItem>()
    const leases = new Map<number, LaneItem>()
    for (const { atMs, value } of snapshots) {
      const seen = listAt(value, 'nodes').find((one) => textAt(one, 'name') === node)
      const since = runTimeIn(value, textAt(seen, 'readySince'))
      const renewed = runTimeIn(value, textAt(seen, 'leaseRenewedAt'))
      if (since !== undefined) ready.set(since, readyItem({ title, since, atMs, state: textAt(seen, 'ready') }, zeroMs))
      if (renewed !== undefined) leases.set(renewed, markItem(title, 'lease', renewed - zeroMs, 'lease renewed'))
    }
    const items = [...ready.values(), ...leases.values(), ...tokenItems(evidence, { node, title }, zeroMs)]
    return { id: title, title, note: '', items, left: 0 }
  })
}

function readyItem(
  { title, since, atMs, state }: { title: string; since: number; atMs: number; state: string },
  zeroMs: number,
): LaneItem {
  const [fromMs, toMs] = [since - zeroMs, atMs - zeroMs]
  const ready = state === 'True'
  return {
    key: `${title}-ready-${fromMs}`,
    fromMs,
    toMs,
    look: ready ? 'seen' : 'failed',
    text: ready ? 'Ready' : `Ready is ${state}`,
    story: `${title}: Ready is ${state} since ${formatDuration(fromMs)}, last seen at ${formatDuration(toMs)}`,
  }
}

const markItem = (title: string, look: MarkLook, fromMs: number, text: string): LaneItem => ({
  key: `${title}-${look}-${fromMs}`,
  fromMs,
  toMs: fromMs,
  look,
  text: '',
  story: `${title}: ${text}, at ${formatDuration(fromMs)}`,
})

/** The mounted tokens of a Node's pods, by the second in which they were issued. */
function tokenItems(
  evidence: Details['evidence'],
  { node, title }: { readonly node: string; readonly title: string },
  zeroMs: number,
): readonly LaneItem[] {
  const issued = new Map<number, Set<string>>()
  for (const { value } of snapshotsOf(evidence, 'tokens')) {
    for (const token of listAt(value, 'mounted')) {
      const iat = at(at(token, 'claims'), 'iat')
      if (textAt(token, 'node') !== node || typeof iat !== 'number') continue
      const atMs = runTimeIn(value, new Date(iat * 1000).toISOString())
      if (atMs === undefined) continue
      const pods = issued.get(atMs) ?? new Set()
      issued.set(atMs, pods.add(`${textAt(token, 'pod')} ${textAt(token, 'volume')}`))
    }
  }
  return [...issued].map(([atMs, pods]) =>
    markItem(title, 'token', atMs - zeroMs, `${formatCounted(pods.size, 'mounted token')} issued`),
  )
}
