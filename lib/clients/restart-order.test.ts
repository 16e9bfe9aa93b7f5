import { expect, it } from 'vitest'
import { podsIn } from '../pods.ts'
import { restartOrder } from './restart-order.ts'

const pod = (name: string, namespace: string, owner: string, kind: string, labels: object, hostNetwork: boolean) => ({
  metadata: { name, namespace, uid: name, labels, ownerReferences: [{ kind, uid: owner }] },
  spec: { hostNetwork },
})
const own = (name: string, owner: string) => pod(name, 'default', owner, 'ReplicaSet', {}, false)
const dns = (name: string) => pod(name, 'kube-system', 'dns', 'ReplicaSet', { 'k8s-app': 'kube-dns' }, false)
const daemon = (name: string) => pod(name, 'kube-system', 'daemons', 'DaemonSet', {}, true)

it('takes daemons of the nodes together, DNS one by one, then each workload one by one', () => {
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
  expect(order).toEqual([[['proxy1'], ['proxy2']], [['dns1', 'dns2']], [['a1', 'a2'], ['b1']]])
})

it('is empty for nobody', () => expect(restartOrder([])).toEqual([]))
