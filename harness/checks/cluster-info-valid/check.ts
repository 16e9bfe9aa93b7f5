import { clusterInfoSchema, collectClusterInfo } from './collect.ts'
import { evidencePairOf } from '../../observe/evidence-of.ts'
import type { Check } from '../../model/check.ts'
import { conclude } from '../conclude.ts'
import { counted } from '../../model/format.ts'

const check = {
  id: 'cluster-info-valid',
  title: 'cluster-info is valid',
}

/** By cluster-info and the bootstrap tokens before and after: the old signatures must be gone or renewed. */
export const clusterInfoValid: Check = {
  ...check,
  collect: {
    baseline: (context) => collectClusterInfo(context, 'baseline'),
    settled: (context) => collectClusterInfo(context, 'settled'),
  },
  judge(run) {
    const seen = evidencePairOf(run, 'cluster-info', clusterInfoSchema)
    if (!seen.ok) return conclude(check, { failures: [], unknowns: seen.unknowns, claim: '' })
    const { before, after } = seen
    const { server, ca, clusterCa, signatures, tokens, takenAt } = after
    const old = new Set(before.tokens.map(({ token }) => token))
    const unknown = tokens.filter(({ token }) => !old.has(token))
    return conclude(check, {
      failures: [
        ...(ca === clusterCa ? [] : ["cluster-info names another CA than the control plane's"]),
        ...(server === before.server ? [] : [`cluster-info names ${server}, not ${before.server} as before`]),
        ...(after.anonymous === before.anonymous
          ? []
          : [
              `without credentials cluster-info answers ${String(after.anonymous)}, not ${String(before.anonymous)} as before`,
            ]),
        ...signatures
          .filter(({ state }) => state !== 'valid')
          .map(({ token, state }) => `the signature of token ${token} is ${state}`),
        ...tokens
          .filter(({ signs, signed, expires }) => signs && !signed && !isOver(expires, takenAt))
          .map(({ token }) => `no signature of token ${token}`),
        ...unknown.map(({ token }) => `the repair left the bootstrap token ${token}`),
      ],
      unknowns: clusterCa === null ? ['the CA of the control plane is not known'] : [],
      claim: `cluster-info names the control plane's CA, with ${counted(signatures.length, 'valid signature')}; ${counted(tokens.length, 'bootstrap token')}, none of the repair's`,
    })
  },
}

const isOver = (expires: string | null, at: string) => expires !== null && Date.parse(expires) <= Date.parse(at)
