import { formatDuration } from '../../../model/figures.ts'
import { at, listAt, numberAt, runTimeIn, snapshotsOf, textAt } from '../../../model/stored.ts'
import type { Details } from '../../payload.ts'
import type { Lane, LaneItem } from './lanes.ts'

const components = ['kube-apiserver', 'etcd', 'kube-controller-manager', 'kube-scheduler']

interface SeenContainer extends Where {
  readonly id: string
  readonly fromMs: number
  readonly toMs: number
}

/** A lane for each component of each control plane: its containers as far as they were seen, and what was asked of it. */
export function controlPlaneLanes(details: Details, zeroMs: number): readonly Lane[] {
  const containers = containersIn(details.evidence)
  const seen = observationsIn(details)
  const nodes = [...new Set(containers.map(({ node }) => node))].toSorted()
  const lanes = nodes.flatMap((node) =>
    components.map((component): Lane => {
      const title = `${node}: ${component}`
      const bars = containers
        .filter((one) => one.node === node && one.component === component)
        .map((one) => containerItem(one, title, zeroMs))
      const marks = seen
        .filter((one) => one.node === node && one.component === component)
        .map((one, index) => itemOf({ ...one, title }, `${title}-${index}`, zeroMs))
      return { id: title, title, note: '', items: [...bars, ...marks], left: 0 }
    }),
  )
  const balancer = seen.filter(({ node }) => node === 'balancer')
  const items = balancer.map((one, index) => itemOf({ ...one, title: 'Balancer' }, `balancer-${index}`, zeroMs))
  const all =
    items.length > 0
      ? [...lanes, { id: 'balancer', title: 'API through the balancer', note: '', items, left: 0 }]
      : lanes
  return all.filter((lane) => lane.items.length > 0)
}

function containerItem({ id, fromMs, toMs }: SeenContainer, title: string, zeroMs: number): LaneItem {
  const [from, to] = [fromMs - zeroMs, toMs - zeroMs]
  const text = from > 0 ? 'new container' : to > 0 ? 'same container' : 'container'
  return {
    key: `${title}-${id}`,
    fromMs: from,
    toMs: to,
    look: 'seen',
    text,
    story: `${title}: ${text} ${id.slice(0, 12)}, created at ${formatDuration(from)}, last seen running at ${formatDuration(to)}`,
  }
}

/** Every container of a component that ran at a snapshot, from its creation to the last snapshot that saw it. */
function containersIn(evidence: Details['evidence']): readonly SeenContainer[] {
  const found = new Map<string, SeenContainer>()
  for (const { atMs, value } of snapshotsOf(evidence, 'pods')) {
    for (const machine of listAt(value, 'runtime')) {
      for (const one of listAt(machine, 'containers')) {
        const [component, id] = [textAt(one, 'name'), textAt(one, 'id')]
        const fromMs = runTimeIn(value, textAt(one, 'createdAt'))
        if (at(one, 'running') !== true || !components.includes(component) || fromMs === undefined) continue
        if (textAt(one, 'namespace') !== 'kube-system') continue
        found.set(id, {
          node: textAt(machine, 'node'),
          component,
          id,
          fromMs: found.get(id)?.fromMs ?? fromMs,
          toMs: atMs,
        })
      }
    }
  }
  return [...found.values()]
}

interface Where {
  readonly node: string
  readonly component: string
}

interface Observation extends Where {
  readonly fromMs: number
  readonly toMs: number
  readonly look: LaneItem['look']
  readonly text: string
}

const itemOf = (
  { fromMs, toMs, look, text, title }: Observation & { readonly title: string },
  key: string,
  zeroMs: number,
): LaneItem => ({
  key,
  fromMs: fromMs - zeroMs,
  toMs: toMs - zeroMs,
  look,
  text: '',
  story: `${title}: ${text}, at ${formatDuration(fromMs - zeroMs)}`,
})

function observationsIn({ events, evidence }: Details): readonly Observation[] {
  const moment = (where: Where, atMs: number, answered: boolean, text: string): Observation => {
    return { ...where, fromMs: atMs, toMs: atMs, look: answered ? 'answered' : 'unanswered', text }
  }
  const asked = snapshotsOf(evidence, 'api-servers').flatMap(({ atMs, value }) =>
    listAt(value, 'servers').map((server) => {
      const status = numberAt(server, 'status')
      const text =
        status === undefined ? `no answer (${textAt(server, 'error')})` : `asked for readiness, answered ${status}`
      return moment({ node: textAt(server, 'node'), component: 'kube-apiserver' }, atMs, status === 200, text)
    }),
  )
  const members = snapshotsOf(evidence, 'control-planes').flatMap(({ atMs, value }) =>
    listAt(value, 'planes').map((plane) => {
      const id = textAt(at(plane, 'etcd'), 'clusterId')
      const text = id === '' ? 'no member answered' : `member of cluster ${id}`
      return moment({ node: textAt(plane, 'node'), component: 'etcd' }, atMs, id !== '', text)
    }),
  )
  const dialed = events
    .filter(({ type }) => type === 'fault.api-dialed')
    .map((event) => {
      const text = `${textAt(event, 'result')}, ${numberAt(event, 'attempts') ?? 1} times in a row`
      return moment({ node: textAt(event, 'node'), component: 'kube-apiserver' }, event.atMs, false, text)
    })
  const stopped = snapshotsOf(evidence, 'eviction-events').flatMap(({ value }) =>
    listAt(value, 'events').flatMap((event) => {
      const name = textAt(event, 'name')
      const component = components.find((known) => name.startsWith(`${known}-`))
      const atMs = runTimeIn(value, textAt(event, 'at'))
      if (component === undefined || atMs === undefined || textAt(event, 'reason') !== 'Killing') return []
      const node = name.slice(component.length + 1).replace(/^restricted-/, '')
      return [moment({ node, component }, atMs, false, textAt(event, 'message'))]
    }),
  )
  return [...asked, ...members, ...dialed, ...stopped, ...watched(evidence)]
}

function watched(evidence: Details['evidence']): readonly Observation[] {
  return listAt(evidence['api-watch'], 'apis').flatMap((api): Observation[] => {
    const [fromMs, toMs] = [numberAt(api, 'fromMs') ?? 0, numberAt(api, 'toMs') ?? 0]
    const base = { node: textAt(api, 'target'), component: 'kube-apiserver' }
    const gap = formatDuration(numberAt(api, 'longestGapMs') ?? 0)
    const failures = listAt(api, 'failures').map((failure): Observation => {
      const atMs = numberAt(failure, 'atMs') ?? 0
      return { ...base, fromMs: atMs, toMs: atMs, look: 'unanswered', text: textAt(failure, 'problem') }
    })
    const text = `asked ${numberAt(api, 'samples') ?? 0} times, longest gap between two answers ${gap}`
    return [{ ...base, fromMs, toMs, look: 'watched', text }, ...failures]
  })
}
