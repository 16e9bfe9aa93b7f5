import { credentialReplaySchema, type CredentialReplay, keepCredentials, replayOldCredentials } from './collect.ts'
import { oldCredentials } from './credentials.ts'
import { evidencePairOf } from '../../observe/evidence-of.ts'
import type { Check } from '../../model/check.ts'
import { revokedIn } from '../../model/run-record.ts'
import type { Subject } from '../../model/subject.ts'
import { conclude } from '../conclude.ts'
import { counted } from '../../model/format.ts'

const check = { id: 'old-credentials-rejected', title: 'Old credentials are rejected' }

type Trial = CredentialReplay['trials'][number]

/**
 * By a server that today's CA vouches for, and that accepts today's credentials for the same request: what the losses revoked is
 * rejected, all else is accepted as before.
 */
export const oldCredentialsRejected: Check = {
  ...check,
  collect: { baseline: keepCredentials, settled: replayOldCredentials },
  judge(run) {
    const seen = evidencePairOf(run, 'credentials', credentialReplaySchema)
    if (!seen.ok) return conclude(check, { failures: [], unknowns: seen.unknowns, claim: '' })
    const { before, after } = seen
    const replaced = new Set(run.record.replaces)
    const revoked = revokedIn(run.record)
    const nodes = new Set(after.trials.map(({ node }) => node))
    // Those of a run of an earlier version are fewer.
    const kept = oldCredentials.map(({ name }) => name).filter((name) => trialsOf(name, before).length > 0)
    const old = kept.flatMap((credential) => trialsOf(credential, after))
    const untried = [...new Set([...kept, ...always])].filter(
      (credential) => trialsOf(credential, after).length < Math.max(1, run.record.topology.controlPlanes),
    )
    const useless = kept.filter((credential) => !trialsOf(credential, before).some(({ status }) => isTaken(status)))
    const control = trialsOf('current admin.conf', after)
    return conclude(check, {
      failures: [
        ...caFailures(before.caSha256 === after.caSha256, replaced.has('cluster-ca')),
        ...old.flatMap((trial) => failuresOf(trial, revoked)),
      ],
      unknowns: [
        ...untried.map((credential) => `the old ${credential} was not tried on every API server`),
        ...useless.map((credential) => `the ${credential} was not accepted before the fault either`),
        ...old.flatMap((trial) => unknownOf(trial)),
        ...(control.length > 0 && control.every(({ verified, status }) => verified && status === 200)
          ? []
          : ['the current admin.conf is not accepted either, so a rejection proves nothing']),
      ],
      claim: claimOf(kept, nodes.size, revoked),
      facts: after.trials.map(
        ({ node, credential, status, error, verified }) =>
          `${node}: ${credential.startsWith('current') ? credential : `old ${credential}`}: ${status ?? error ?? 'nothing'}, server ${verified ? 'verified with the new CA' : 'not verified'}`,
      ),
    })
  },
}

const trialsOf = (credential: string, { trials }: CredentialReplay): readonly Trial[] =>
  trials.filter((trial) => trial.credential === credential)

/** The server knew who was asking: 403 is a known user without the right, 404 one with it. */
const isTaken = (status: number | null) => status !== null && (status < 400 || status === 403 || status === 404)

/** Without these a run proves nothing. */
const always = ['admin.conf', 'service-account token', 'kubelet certificate']

const isRevoked = (credential: string, revoked: ReadonlySet<Subject>): boolean =>
  oldCredentials.some(({ name, revokedBy }) => name === credential && revoked.has(revokedBy))

function caFailures(same: boolean, lost: boolean): readonly string[] {
  if (same && lost) return ['the cluster CA is still the old one']
  return !same && !lost ? ['the cluster CA was replaced, though it was not lost'] : []
}

function failuresOf(
  { credential, node, verified, status, error }: Trial,
  subjects: ReadonlySet<Subject>,
): readonly string[] {
  const revoked = isRevoked(credential, subjects)
  if (revoked && isTaken(status)) return [`${node} accepts the old ${credential} (${status ?? ''})`]
  return !revoked && isRefused({ verified, status, error })
    ? [`${node} rejects the old ${credential} (${status ?? error ?? ''}), though nothing that vouches for it was lost`]
    : []
}

function claimOf(kept: readonly string[], servers: number, subjects: ReadonlySet<Subject>): string {
  const rejected = kept.filter((credential) => isRevoked(credential, subjects)).length
  const by = `by ${counted(servers, 'API server')}${kept.length > always.length ? ' and etcd' : ''}`
  return [
    ...(rejected > 0 ? [`${counted(rejected, 'old credential')} rejected ${by} with the new CA`] : []),
    ...(rejected < kept.length
      ? [`${counted(kept.length - rejected, 'old credential')} accepted ${by} as before`]
      : []),
  ].join('; ')
}

/** 401, or an alert that refuses the client's certificate, from a verified server; anything else is no refusal. */
const isRefused = ({ verified, status, error }: Pick<Trial, 'verified' | 'status' | 'error'>): boolean =>
  verified && (status === 401 || (status === null && /ALERT/.test(error ?? '')))

function unknownOf({ credential, node, verified, status, error }: Trial): readonly string[] {
  if (isTaken(status) || isRefused({ verified, status, error })) return []
  return [
    `${node} gave no verified answer to the old ${credential} (${status ?? error ?? 'nothing'}${verified ? '' : ", not verified with today's CA"})`,
  ]
}
