import { expect, it } from 'vitest'
import type { ClusterState, NodeState } from '../model.ts'
import { ca, otherCa } from '../testing/certificates.ts'
import type { RecoveryContext } from '../engine/step.ts'
import { watchApiClients } from './watch-api-clients.ts'

it.each([
  ['--profiling=false', 'restart clients whose own log ends with a rejection'],
  ['--profiling=true', 'raise the log level of the API server'],
])('the plan says what %s means', async (flag, action) => {
  const mirrorPodSpecs = new Map([['kube-apiserver', { command: ['kube-apiserver', flag] }]])
  const host = { node: { name: 'm1' }, mirrorPodSpecs } as unknown as NodeState
  const cluster = {
    controlPlanes: [host],
    config: { certificatesDir: '/etc/kubernetes/pki' },
    first: host,
    machines: [{ facts: { recordedCas: [otherCa, ca], kubeletCas: ca, podCas: [ca] } }],
    learned: { ca, created: new Set() },
  } as unknown as ClusterState
  const plan = await watchApiClients.preview?.(cluster, { signal: new AbortController().signal } as RecoveryContext)
  expect(plan).toEqual([expect.objectContaining({ node: 'm1', action })])
})
