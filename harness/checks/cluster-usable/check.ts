import { evidenceOf } from '../../observe/evidence-of.ts'
import { collectUsability, usabilitySchema } from './collect.ts'
import type { Check } from '../../model/model.ts'
import { conclude } from '../conclude.ts'
import { counted } from '../figures.ts'

const check = { id: 'cluster-usable', title: 'The cluster does its work: deploy, resolve, exec, logs' }

export const clusterUsable: Check = {
  ...check,
  collect: { settled: collectUsability },
  judge(run) {
    const usability = evidenceOf(run, 'usability-settled', usabilitySchema)
    if (!usability.ok) return conclude(check, { failures: [], doubts: [usability.doubt], claim: '' })
    const { deployment, dns, nodes } = usability.value
    const trials = [
      { what: 'a new Deployment', ...deployment },
      { what: 'DNS from its pod', ...dns },
      ...nodes.flatMap(({ node, exec, logs }) => [
        { what: `exec on ${node}`, ...exec },
        { what: `logs on ${node}`, ...logs },
      ]),
    ]
    const expected = run.record.topology.masters + run.record.topology.workers
    return conclude(check, {
      failures: trials.filter(({ ok }) => !ok).map(({ what, detail }) => `${what}: ${detail}`),
      doubts:
        nodes.length < expected ? [`exec and logs were tried on ${nodes.length} of ${counted(expected, 'node')}`] : [],
      claim: `a new Deployment ${deployment.detail}, DNS resolves, exec and logs work on ${counted(nodes.length, 'node')}`,
      facts: trials.map(({ what, ok, detail }) => `${what}: ${ok ? detail : 'failed'}`),
    })
  },
}
