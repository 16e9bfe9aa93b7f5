import { evidenceOf } from '../../observe/evidence-of.ts'
import { collectSmokeTest, smokeTestSchema } from './collect.ts'
import type { Check } from '../../model/check.ts'
import { conclude } from '../conclude.ts'
import { counted } from '../../model/format.ts'

const check = { id: 'cluster-usable', title: 'The cluster is usable' }

export const clusterUsable: Check = {
  ...check,
  collect: { settled: collectSmokeTest },
  judge(run) {
    const usability = evidenceOf(run, 'smoke-test-settled', smokeTestSchema)
    if (!usability.ok) return conclude(check, { failures: [], unknowns: [usability.unknown], claim: '' })
    const { deployment, dns, nodes } = usability.value
    const trials = [
      { what: 'a new Deployment', ...deployment },
      { what: 'DNS from its pod', ...dns },
      ...nodes.flatMap(({ node, exec, logs }) => [
        { what: `exec on ${node}`, ...exec },
        { what: `logs on ${node}`, ...logs },
      ]),
    ]
    const expected = run.record.topology.controlPlanes + run.record.topology.workers
    return conclude(check, {
      failures: trials.filter(({ ok }) => !ok).map(({ what, detail }) => `${what}: ${detail}`),
      unknowns:
        nodes.length < expected ? [`exec and logs were tried on ${nodes.length} of ${counted(expected, 'node')}`] : [],
      claim: `a new Deployment ${deployment.detail}, DNS resolves, exec and logs work on ${counted(nodes.length, 'node')}`,
      facts: trials.map(({ what, ok, detail }) => `${what}: ${ok ? detail : 'failed'}`),
    })
  },
}
