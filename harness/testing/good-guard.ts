import type { EvictionGuard } from '../checks/eviction-guard/evidence.ts'
import { moments } from './good-moments.ts'

/** The API was away while it was repaired, and the client that reads its credentials once was restarted then. */
export function evictionGuard(): EvictionGuard {
  const clients = { service: 'drill-workload/clients', member: 'drill-workload/api-client-once-a' }
  return {
    ...{ fromMs: moments.baseline, toMs: 220_000, gaps: [{ fromMs: 70_500, toMs: 110_800 }] },
    services: [
      { service: 'default/kubernetes', ready: ['172.18.0.2'] },
      { service: 'drill/echo', ready: ['drill/echo-a', 'drill/echo-b'] },
      { service: clients.service, ready: [clients.member] },
    ],
    shrunk: [
      { atMs: 116_000, service: clients.service, missing: [clients.member] },
      { atMs: 118_100, service: clients.service, missing: [] },
    ],
    nodes: ['control-plane', 'worker', 'worker2'].map((node) => ({
      ...{ atMs: moments.baseline, node, ready: 'True', noExecute: [] },
    })),
    pods: [],
  }
}
