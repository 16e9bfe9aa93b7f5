import { evidenceOf } from '../../observe/evidence-of.ts'
import { collectNewWorker, newWorkerSchema, newWorkerSteps } from './collect.ts'
import type { Check } from '../../model/check.ts'
import { conclude } from '../conclude.ts'
import { seconds } from '../../model/format.ts'

const check = { id: 'new-worker-joins', title: 'New workers can join' }

const words: Readonly<Record<string, string>> = {
  machine: 'starting a fresh machine',
  token: 'kubeadm token create',
  join: 'kubeadm join',
  ready: 'waiting for its Node',
  leave: 'taking it out again',
}

/** cluster-info, its signature, bootstrap tokens and certificate signing all have a part in a join. */
export const newWorkerJoins: Check = {
  ...check,
  collect: { settled: collectNewWorker },
  judge(run) {
    const evidence = evidenceOf(run, 'new-worker-settled', newWorkerSchema)
    if (!evidence.ok) return conclude(check, { failures: [], unknowns: [evidence.unknown], claim: '' })
    const { steps } = evidence.value
    const failed = steps.filter(({ ok }) => !ok)
    const lines = failed.map(({ what, detail }) => `${words[what] ?? what}: ${detail}`)
    // A machine that this host cannot start says nothing about the cluster.
    const ours = failed.some(({ what }) => what === 'machine')
    const missing = newWorkerSteps.filter((name) => !steps.some(({ what, ok }) => what === name && ok))
    const tookMs = (name: string) => steps.find(({ what }) => what === name)?.tookMs ?? 0
    return conclude(check, {
      failures: ours ? [] : lines,
      unknowns: [...(ours ? lines : []), ...missing.map((name) => `not seen: ${words[name] ?? name}`)],
      claim: `a fresh worker joined in ${seconds(tookMs('join'))} and its Node was Ready ${seconds(tookMs('ready'))} later`,
      facts: steps.map(({ what, ok, tookMs: ms, detail }) => `${what}: ${ok ? detail : 'failed'}, ${seconds(ms)}`),
    })
  },
}
