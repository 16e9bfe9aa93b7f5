import {
  credentialReplaySchema,
  type CredentialReplay,
  keepCredentials,
  oldCredentials,
  replayOldCredentials,
} from './collect.ts'
import { evidencePairOf } from '../../observe/evidence-of.ts'
import type { Check } from '../../model/check.ts'
import { conclude } from '../conclude.ts'
import { counted } from '../../model/format.ts'

const check = { id: 'old-credentials-rejected', title: 'What was stolen with the old keys opens nothing any more' }

type Trial = CredentialReplay['trials'][number]

/** Refused by a server that the new CA vouches for, which takes the new credentials for the same request. */
export const oldCredentialsRejected: Check = {
  ...check,
  collect: { baseline: keepCredentials, settled: replayOldCredentials },
  judge(run) {
    const seen = evidencePairOf(run, 'credentials', credentialReplaySchema)
    if (!seen.ok) return conclude(check, { failures: [], unknowns: seen.unknowns, claim: '' })
    const { before, after } = seen
    const nodes = new Set(after.trials.map(({ node }) => node))
    const old = oldCredentials.flatMap((credential) => trialsOf(credential, after))
    const untried = oldCredentials.filter(
      (credential) => trialsOf(credential, after).length < Math.max(1, run.record.topology.controlPlanes),
    )
    const useless = oldCredentials.filter(
      (credential) => !trialsOf(credential, before).some(({ status }) => isTaken(status)),
    )
    const control = trialsOf('current admin.conf', after)
    return conclude(check, {
      failures: [
        ...(before.caSha256 === after.caSha256 ? ['the cluster CA is still the old one'] : []),
        ...old
          .filter(({ status }) => isTaken(status))
          .map(({ credential, node, status }) => `${node} accepts the old ${credential} (${status ?? ''})`),
      ],
      unknowns: [
        ...untried.map((credential) => `the old ${credential} was not tried on every API server`),
        ...useless.map((credential) => `the ${credential} was not accepted before the fault either`),
        ...old.flatMap((trial) => doubtOf(trial)),
        ...(control.length > 0 && control.every(({ verified, status }) => verified && status === 200)
          ? []
          : ['the new admin.conf is not accepted either, so a refusal proves nothing']),
      ],
      claim: `${oldCredentials.map((credential) => `the old ${credential}`).join(', ')} refused by ${counted(nodes.size, 'API server')} with the new CA`,
      facts: after.trials.map(
        ({ node, credential, status, error, verified }) =>
          `${node}: ${credential.startsWith('current') ? credential : `old ${credential}`}: ${status ?? error ?? 'nothing'}, server ${verified ? 'verified with the new CA' : 'not verified'}`,
      ),
    })
  },
}

const trialsOf = (credential: string, { trials }: CredentialReplay): readonly Trial[] =>
  trials.filter((trial) => trial.credential === credential)

/** The server knew who was asking: 403 is a known user without the right, 404 one who may look. */
const isTaken = (status: number | null) => status !== null && (status < 400 || status === 403 || status === 404)

/** 401, or an alert that refuses the client's certificate, from a verified server; anything else is no refusal. */
function doubtOf({ credential, node, verified, status, error }: Trial): readonly string[] {
  if (isTaken(status)) return []
  if (verified && (status === 401 || (status === null && /ALERT/.test(error ?? '')))) return []
  return [
    `${node} gave no verified answer to the old ${credential} (${status ?? error ?? 'nothing'}${verified ? '' : ', not verified with the new CA'})`,
  ]
}
