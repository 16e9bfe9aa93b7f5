import {
  certificateAuthoritiesSchema,
  collectCertificateAuthorities,
  type CertificateAuthorities,
} from '../../observe/certificate-authorities.ts'
import { sharedFiles } from '../../observe/control-plane-files.ts'
import { evidenceOf } from '../../observe/evidence-of.ts'
import type { Check } from '../../model/check.ts'
import type { RunView } from '../../model/run-view.ts'
import { conclude } from '../conclude.ts'

const check = {
  id: 'certificate-authorities-kept',
  title: 'CAs in use survive a killed repair',
}

/** For drills whose repair is killed: by the CAs that every machine used at the kill and at the end. */
export const certificateAuthoritiesKept: Check = {
  ...check,
  collect: {
    baseline: (context) => collectCertificateAuthorities(context, 'baseline'),
    settled: (context) => collectCertificateAuthorities(context, 'settled'),
  },
  judge(run) {
    const where = run.events.find(({ type }) => type === 'recovery.killed')?.['where']
    const [before, killed, after] = (['baseline', 'killed', 'settled'] as const).map((when) => seen(run, when))
    const unknowns = [
      ...(typeof where === 'string' ? [] : [neverKilled(run)]),
      ...[before, killed, after].flatMap((evidence) => (evidence?.ok === false ? [evidence.unknown] : [])),
    ]
    if (!before?.ok || !killed?.ok || !after?.ok) return conclude(check, { failures: [], unknowns, claim: '' })
    const { failures, kept } = replacedCertificateAuthorities(before.value, killed.value, after.value)
    const claim =
      kept.length === 0
        ? 'no machine used a new CA yet, so that none could be replaced'
        : `${kept.join(', ')} were in use by then, and are the cluster's now`
    return conclude(check, { failures, unknowns, claim: `Killed ${String(where)}: ${claim}.` })
  },
}

function seen(run: RunView, when: string) {
  return evidenceOf(run, `certificate-authorities-${when}`, certificateAuthoritiesSchema)
}

function neverKilled({ events }: RunView): string {
  const where = events.find(({ type }) => type === 'recovery.not-killed')?.['where']
  return typeof where === 'string'
    ? `the repair was to be killed ${where}, and never was`
    : 'the repair was to be killed, and never was'
}

/**
 * What was new and in use at the kill, and whatever a machine uses instead at the end. A CA from before the
 * loss is not new: machines that are not repaired yet still know it.
 */
export function replacedCertificateAuthorities(
  before: CertificateAuthorities,
  killed: CertificateAuthorities,
  after: CertificateAuthorities,
): { readonly failures: readonly string[]; readonly kept: readonly string[] } {
  const lost = new Set(before.machines.flatMap(({ uses }) => uses.map(({ fingerprint }) => fingerprint)))
  const failures: string[] = []
  const kept: string[] = []
  for (const file of sharedFiles) {
    const holders = usersOf(killed, file).filter(({ fingerprint }) => !lost.has(fingerprint))
    const [first] = holders
    if (first === undefined) continue
    const other = holders.find(({ fingerprint }) => fingerprint !== first.fingerprint)
    if (other)
      failures.push(`${file} was a different one on ${first.node} and ${other.node} when the repair was killed`)
    const replaced = usersOf(after, file).filter(({ fingerprint }) => fingerprint !== first.fingerprint)
    for (const { node, by } of replaced)
      failures.push(`${node}: ${by} has another ${file} than ${first.node} used when the repair was killed`)
    if (replaced.length > 0) continue
    if (usersOf(after, file).length === 0) failures.push(`no machine uses ${file} at the end`)
    else kept.push(file)
  }
  return { failures, kept }
}

function usersOf({ machines }: CertificateAuthorities, file: string) {
  return machines.flatMap(({ node, uses }) =>
    uses.filter((use) => use.file === file).map(({ fingerprint, by }) => ({ node, fingerprint, by })),
  )
}
