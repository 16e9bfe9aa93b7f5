import { expect, it } from 'vitest'
import { podsIn } from '../api/pods.ts'
import { restartOrder } from './restart-order.ts'

interface Given {
  readonly namespace: string
  readonly owner: string
  readonly kind: string
  readonly labels?: object
  readonly hostNetwork?: boolean
}
const pod = (name: string, { namespace, owner, kind, labels = {}, hostNetwork = false }: Given) => ({
  metadata: { name, namespace, uid: name, labels, ownerReferences: [{ kind, uid: owner }] },
  spec: { hostNetwork },
})
const own = (name: string, owner: string) => pod(name, { namespace: 'default', owner, kind: 'ReplicaSet' })
const dns = (name: string) =>
  pod(name, { namespace: 'kube-system', owner: 'dns', kind: 'ReplicaSet', labels: { 'k8s-app': 'kube-dns' } })
const daemon = (name: string) =>
  pod(name, { namespace: 'kube-system', owner: 'daemons', kind: 'DaemonSet', hostNetwork: true })

it('takes daemons of the nodes together, DNS one by one, and beside it each workload one by one', () => {
  const items = [
    own('a1', 'a'),
    dns('dns1'),
    own('b1', 'b'),
    daemon('proxy1'),
    own('a2', 'a'),
    dns('dns2'),
    daemon('proxy2'),
  ]
  const order = restartOrder(podsIn({ items })).map((wave) => wave.map((queue) => queue.map(({ name }) => name)))
  expect(order).toEqual([
    [['proxy1'], ['proxy2']],
    [['dns1', 'dns2'], ['a1', 'a2'], ['b1']],
  ])
})

it('is empty for nobody', () => expect(restartOrder([])).toEqual([]))
