import { expect, it } from 'vitest'
import type { ClusterState, NodeState } from '../model.ts'
import { ca, otherCa } from '../testing/certificates.ts'
import { apiServersToWatch } from './api-servers-to-watch.ts'

const hosts = ['m1', 'm2'].map((name) => ({ node: { name } }) as NodeState)
const cluster = (recordedCas: readonly string[]) =>
  ({
    controlPlanes: hosts,
    config: { certificatesDir: '/etc/kubernetes/pki' },
    first: { mirrorPodSpecs: new Map() },
    machines: [{ facts: { recordedCas, kubeletCas: ca, podCas: [ca] } }],
    learned: { ca, created: new Set() },
  }) as unknown as ClusterState

it.each([
  ['every API server where an earlier repair recorded another CA', [otherCa, ca], hosts],
  ['none in a cluster that kept its CA', [ca], []],
])('%s', async (_, recordedCas, watched) => expect(await apiServersToWatch(cluster(recordedCas))).toEqual(watched))
