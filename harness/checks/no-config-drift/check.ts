import { evidencePairOf } from '../../observe/evidence-of.ts'
import { collectConfiguration, configDriftSchema, filesOf, type Configuration } from './collect.ts'
import type { Check } from '../../model/check.ts'
import { conclude } from '../conclude.ts'
import { counted } from '../../model/format.ts'

const check = { id: 'no-config-drift', title: 'No configuration drift' }

type Seen = Configuration['machines'][number]

/**
 * Manifests, subjects and names of certificates, servers and users of kubeconfigs, and the kubelets' configuration, before the fault
 * and after the repair. What must differ (keys, validity, CAs) is no part of the evidence.
 */
export const noConfigDrift: Check = {
  ...check,
  collect: {
    baseline: (context) => collectConfiguration(context, 'baseline'),
    settled: (context) => collectConfiguration(context, 'settled'),
  },
  judge(run) {
    const seen = evidencePairOf(run, 'configuration', configDriftSchema)
    if (!seen.ok) return conclude(check, { failures: [], unknowns: seen.unknowns, claim: '' })
    const { before, after } = seen
    const old = before.machines
    const now = new Map(after.machines.map((machine) => [machine.node, machine]))
    const { controlPlanes, workers } = run.record.topology
    const fields = old.flatMap(({ files }) => Object.values(files).flatMap((file) => Object.keys(file ?? {})))
    return conclude(check, {
      failures: old.flatMap((machine) => drifts(machine, now.get(machine.node))),
      unknowns: [
        ...(old.length === controlPlanes + workers
          ? []
          : [`${old.length} of ${controlPlanes + workers} machines seen before`]),
        ...old.flatMap(unseen),
      ],
      claim: `${counted(fields.length, 'field')} of manifests, certificates, kubeconfigs and kubelets on ${counted(old.length, 'machine')} as before`,
    })
  },
}

/** What was not there before cannot be compared. */
const unseen = ({ node, role, files }: Seen): readonly string[] =>
  filesOf(role)
    .filter((path) => !files[path])
    .map((path) => `${node}: ${path} was not readable before`)

function drifts(before: Seen, after: Seen | undefined): readonly string[] {
  if (!after) return [`${before.node}: not seen afterwards`]
  const { node } = before
  const paths = [...new Set([...Object.keys(before.files), ...Object.keys(after.files)])]
  return paths.flatMap((path) => {
    const [old, now] = [before.files[path], after.files[path]]
    if (old === undefined) return [`${node}: ${path} is new`]
    if (now === undefined) return [`${node}: ${path} is gone`]
    if (now === null) return old === null ? [] : [`${node}: ${path} is not readable any more`]
    const fields = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now)])]
    return fields
      .filter((field) => old?.[field] !== now[field])
      .map((field) => `${node}: ${path}: ${field} was ${shown(old?.[field])}, is ${shown(now[field])}`)
  })
}

const shown = (value: string | undefined) => (value === undefined ? 'not there' : `"${value.slice(0, 80)}"`)
