import { expect, it } from 'vitest'
import type { ClusterState, NodeState } from '../model.ts'
import { ca, otherCa } from '../testing/certificates.ts'
import { apiServersToWatch } from './api-servers-to-watch.ts'

const hosts = ['m1', 'm2'].map((name) => ({ node: { name } }) as NodeState)
const cluster = (knownCas: readonly string[]) =>
  ({
    controlPlanes: hosts,
    machines: [{ facts: { knownCas } }],
    learned: { identity: { ca, keyId: 'k' }, restoredSharedCerts: false },
  }) as unknown as ClusterState

it.each([
  ['every API server where a machine knew another CA', [otherCa, ca], hosts],
  ['none in a cluster that kept its CA', [ca], []],
])('%s', async (_, knownCas, watched) => expect(await apiServersToWatch(cluster(knownCas))).toEqual(watched))
