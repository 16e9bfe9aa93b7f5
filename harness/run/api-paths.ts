import type { Cluster } from '../model/cluster.ts'
import type { ProbePath } from '../model/probe-path.ts'
import { addressOf } from './prober-places.ts'

/** Each sample is a TLS handshake, which costs as much as three of HTTP; the rest of the budget is the workload's. */
const intervalMs = 1000
/** As load balancers' health checks wait. */
const deadlineMs = 2000

/** The ways to the API: each API server, and the balancer where there is one. */
export async function apiPaths(
  { controlPlanes, balancer }: Pick<Cluster, 'controlPlanes' | 'balancer'>,
  signal: AbortSignal,
): Promise<readonly ProbePath[]> {
  const path = (id: string, title: string, address: string): ProbePath => ({
    ...{ id: `api-${id}`, title, target: `https://${address}:6443/readyz` },
    ...{ from: 'outside', connection: 'new', status: 200, intervalMs, deadlineMs },
  })
  return [
    ...controlPlanes.map(({ address }, n) => path(`${n + 1}`, `API server ${n + 1}`, address)),
    ...(balancer ? [path('balancer', 'API through the balancer', await addressOf(balancer.name, signal))] : []),
  ]
}
