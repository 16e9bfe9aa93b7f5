import { expect, test } from 'vitest'
import { clusterState } from '../testing/good-state.ts'
import { machineStateIn, type ClusterState } from './cluster-state.ts'
import { stateChanges, stateUnknowns } from './state-changes.ts'

const before = clusterState('unrepaired')
const path = '/etc/kubernetes/kubelet.conf'
type MachineState = ClusterState['machines'][number]

/** The state with the first machine changed. */
function machine(change: (seen: MachineState) => Partial<MachineState>): ClusterState {
  return {
    ...before,
    machines: before.machines.map((seen, index) => (index === 0 ? { ...seen, ...change(seen) } : seen)),
  }
}
const file = (change: object) =>
  machine(({ files }) => ({ files: { ...files, [path]: { ...files[path], ...change } as never } }))
const container = (change: object) => ({
  ...before,
  runtime: before.runtime.map((node, index) =>
    index === 0 ? { ...node, containers: (node.containers ?? []).map((one) => ({ ...one, ...change })) } : node,
  ),
})
const objects = (change: Readonly<Record<string, string>>) => ({ ...before, objects: { ...before.objects, ...change } })

test('nothing differs from itself', () => expect(stateChanges(before, clusterState('settled'))).toEqual([]))

test.each<[string, ClusterState, string]>([
  ['another content', file({ sum: 'b', inode: '72' }), `control-plane: ${path} was changed`],
  ['a rename over it', file({ inode: '72' }), `control-plane: ${path} was rewritten with the same content`],
  ['another mode', file({ mode: '644' }), `control-plane: ${path} has another mode or owner`],
  ['touch', file({ modified: '2.5' }), `control-plane: ${path} was touched`],
  ['touch back to its time', file({ changed: '2.5' }), `control-plane: ${path} was touched`],
  ['a link that leads elsewhere', file({ link: 'other.pem' }), `control-plane: ${path} was changed`],
  [
    'a file that is gone',
    machine(() => ({ files: { '/etc/kubernetes': before.machines[0]?.files['/etc/kubernetes'] as never } })),
    `control-plane: ${path} is gone`,
  ],
  [
    'a new file',
    machine(({ files }) => ({ files: { ...files, '/x': files[path] as never } })),
    'control-plane: /x is new',
  ],
  ['a kubelet', machine(() => ({ kubelet: '72 9' })), 'control-plane: kubelet was restarted'],
  [
    'a container in its place',
    container({ id: 'other' }),
    'control-plane: container main of drill-workload/echo does not run any more',
  ],
  [
    'a container that was stopped',
    container({ running: false }),
    'control-plane: container main of drill-workload/echo does not run any more',
  ],
  ['an object', objects({ 'secrets default/one': 'uid 2' }), 'object secrets default/one was written'],
  [
    'a lease',
    objects({ 'leases kube-system/kube-scheduler': 'repair' }),
    'object leases kube-system/kube-scheduler was written',
  ],
  [
    'a new object',
    objects({ 'configmaps kube-public/cluster-info': 'uid 9' }),
    'object configmaps kube-public/cluster-info is new',
  ],
  [
    'an object that is gone',
    { ...before, objects: { 'secrets default/one': 'uid 1' } },
    'object leases kube-system/kube-scheduler is gone',
  ],
])('%s', (_, after, said) => expect(stateChanges(before, after)[0]).toBe(said))

test('a container that was made beside the others, even if it ended', () => {
  const extra = { ...before.runtime[0]?.containers?.[0], id: 'extra', name: 'temporary', running: false } as never
  const after = {
    ...before,
    runtime: before.runtime.map((node, index) =>
      index === 0 ? { ...node, containers: [...(node.containers ?? []), extra] } : node,
    ),
  }
  expect(stateChanges(before, after)).toEqual(['control-plane: container temporary of drill-workload/echo is new'])
})

test('pods that were not ready come and go, and so do objects that somebody else writes', () => {
  const failing = { ...before, unready: ['uid-echo'], changing: ['secrets default/one'] }
  const after = { ...container({ id: 'other' }), objects: objects({ 'secrets default/one': 'uid 7' }).objects }
  expect(stateChanges(failing, after)).toEqual([])
})

test('what was not seen is unknown', () => {
  const unknowns = (one: ClusterState, other = one) => stateUnknowns(one, other, 3)
  expect(unknowns(before)).toEqual([])
  expect(unknowns({ ...before, machines: before.machines.slice(1) })).toEqual(['2 of 3 machines seen before and after'])
  expect(unknowns(machine(() => ({ files: {} })))).toEqual(['control-plane: no file seen'])
  expect(unknowns(before, { ...before, objects: null })).toEqual(['the API does not answer any more'])
  const silent = { ...before, runtime: before.runtime.map((node) => ({ ...node, containers: null })) }
  expect(unknowns(silent)).toHaveLength(3)
})

test('files, sums, links and the process of kubelet are read from what the machine prints', () => {
  const sum = 'a'.repeat(64)
  const printed = `file 7 1.5 2.5 600 0:0 /etc/kubernetes/a b.conf|
file 8 1.5 2.5 777 0:0 /var/lib/kubelet/pki/current.pem|/var/lib/kubelet/pki/1.pem
sum ${sum}  /etc/kubernetes/a b.conf
MainPID=71
ExecMainStartTimestampMonotonic=5
`
  const times = { modified: '1.5', changed: '2.5', owner: '0:0' }
  expect(machineStateIn(printed)).toEqual({
    files: {
      '/etc/kubernetes/a b.conf': { ...times, inode: '7', mode: '600', link: '', sum },
      '/var/lib/kubelet/pki/current.pem': {
        ...{ ...times, inode: '8', mode: '777' },
        ...{ link: '/var/lib/kubelet/pki/1.pem', sum: '' },
      },
    },
    kubelet: '71 5',
  })
})
