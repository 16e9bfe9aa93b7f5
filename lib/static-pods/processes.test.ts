import { expect, it } from 'vitest'
import { processOf, type StaticPodProcess } from './processes.ts'

const container = (state: string, seconds: number, name = 'kube-apiserver') => ({
  id: `${name}-${seconds}`,
  metadata: { name },
  state: `CONTAINER_${state}`,
  createdAt: String(seconds * 1e9),
})

it.each<[string, object[], StaticPodProcess]>([
  [
    'runs, whatever ended before it',
    [container('EXITED', 10), container('RUNNING', 20)],
    { state: 'running', container: 'kube-apiserver-20', startedAt: 20 },
  ],
  ['has ended', [container('EXITED', 10), container('EXITED', 20)], { state: 'waiting', startedAt: 20 }],
  ['is being started', [container('EXITED', 10), container('CREATED', 20)], { state: 'absent' }],
  ['is another', [container('RUNNING', 10, 'etcd')], { state: 'absent' }],
  ['is not there', [], { state: 'absent' }],
])('tells a static pod that %s', (_, containers, process) => {
  expect(processOf(JSON.stringify({ containers }), 'kube-apiserver')).toEqual(process)
})

it('takes what crictl could not say for absent', () => {
  expect(processOf('', 'kube-apiserver')).toEqual({ state: 'absent' })
})
