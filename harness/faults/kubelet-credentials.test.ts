import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { selfSigned } from '../workload/self-signed.ts'
import { recordingCluster } from '../testing/recording-cluster.ts'
import { apiServes, kubeletsDown } from './proof-parts.ts'
import { kubeletCredentials } from './kubelet-credentials.ts'

/** A cluster of one control plane and one worker on which every script answers `left`. */
const drill = (left = '') => recordingCluster(['cp'], left)

const quick = { timeoutMs: 50, intervalMs: 5 }

test('only the workers lose it, and their kubelets are restarted', async () => {
  const { ran, context } = drill()
  await kubeletCredentials({ on: 'workers' }).inject(context)
  expect(ran).toEqual([
    'w: rm -rf /var/lib/kubelet/pki /etc/kubernetes/kubelet.conf',
    'w: systemctl restart --no-block kubelet',
  ])
})

test('a cluster without workers has nothing to lose', () => {
  const loss = kubeletCredentials({ on: 'workers' })
  expect(loss.supports({ controlPlanes: 1, workers: 0 })).toMatchObject({ ok: false })
  expect(loss.supports({ controlPlanes: 1, workers: 1 })).toEqual({ ok: true })
})

test('a kubelet that still works contradicts the loss; one that is down is the moment of detection', async () => {
  const works = drill('71\n')
  expect(await kubeletsDown('workers', quick).observe(works.context)).toMatchObject({
    contradictions: ['w: kubelet still works (process 71)'],
    confirmed: [],
  })
  expect(works.events.map(({ type }) => type)).not.toContain('milestone.reached')
  const down = drill()
  expect((await kubeletsDown('workers', quick).observe(down.context)).confirmed).toEqual(['w: kubelet is down'])
  expect(down.events).toContainEqual(expect.objectContaining({ milestone: 'detected' }))
})

test.each([
  [200, { contradictions: [], confirmed: ['cp: the API server is ready'] }],
  [500, { contradictions: ['cp: the API server is not ready (500)'], confirmed: [] }],
])('an API server that answers %i', async (status, seen) => {
  const server = createServer({ ...selfSigned('api') }, (_, response) => response.writeHead(status).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  expect(await apiServes(port).observe(drill().context)).toMatchObject(seen)
  server.close()
  server.closeAllConnections()
  expect((await apiServes(port).observe(drill().context)).contradictions).toEqual([
    'cp: the API server is not ready (ECONNREFUSED)',
  ])
})
