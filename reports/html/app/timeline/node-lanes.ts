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
    // By the wall time as it was recorded: on the run's clock the same moment differs by the milliseconds that a look took.
    const ready = new Map<string, LaneItem>()
    const leases = new Map<string, LaneItem>()
    for (const { atMs, value } of snapshots) {
      const seen = listAt(value, 'nodes').find((one) => textAt(one, 'name') === node)
      const readySince = textAt(seen, 'readySince')
      const renewedAt = textAt(seen, 'leaseRenewedAt')
      const state = textAt(seen, 'ready')
      const since = runTimeIn(value, readySince)
      const renewed = runTimeIn(value, renewedAt)
      const before = ready.get(`${readySince} ${state}`)
      if (since !== undefined) {
        const fromMs = before?.fromMs ?? since - zeroMs
        ready.set(`${readySince} ${state}`, readyItem({ title, fromMs, toMs: atMs - zeroMs, state }))
      }
      if (renewed !== undefined) leases.set(renewedAt, markItem(title, 'lease', renewed - zeroMs, 'lease renewed'))
    }
    const items = [...ready.values(), ...leases.values(), ...tokenItems(evidence, { node, title }, zeroMs)]
    return { id: title, title, note: '', items, left: 0 }
  })
}

interface Readiness {
  readonly title: string
  readonly fromMs: number
  readonly toMs: number
  readonly state: string
}

function readyItem({ title, fromMs, toMs, state }: Readiness): LaneItem {
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
  const issued = new Map<number, { readonly atMs: number; readonly pods: Set<string> }>()
  for (const { value } of snapshotsOf(evidence, 'tokens')) {
    for (const token of listAt(value, 'mounted')) {
      const iat = at(at(token, 'claims'), 'iat')
      if (textAt(token, 'node') !== node || typeof iat !== 'number') continue
      const atMs = runTimeIn(value, new Date(iat * 1000).toISOString())
      if (atMs === undefined) continue
      const found = issued.get(iat) ?? { atMs, pods: new Set<string>() }
      found.pods.add(`${textAt(token, 'pod')} ${textAt(token, 'volume')}`)
      issued.set(iat, found)
    }
  }
  return [...issued.values()].map(({ atMs, pods }) =>
    markItem(title, 'token', atMs - zeroMs, `${formatCounted(pods.size, 'mounted token')} issued`),
  )
}
