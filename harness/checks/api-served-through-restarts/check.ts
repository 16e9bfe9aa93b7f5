import { evidenceOf } from '../../observe/evidence-of.ts'
import type { Check } from '../../model/check.ts'
import { count, counted } from '../../model/format.ts'
import { conclude } from '../conclude.ts'
import { failuresOf, isBalancer, unknownsOf } from '../api-never-down/check.ts'
import { apiWatchSchema, type WatchedApi } from '../api-never-down/collect.ts'
import { probedApis } from '../api-never-down/probed-apis.ts'
import { collectWatch } from '../api-never-down/collect-watch.ts'

const check = { id: 'api-served-through-restarts', title: 'The API is served while its servers restart' }

export interface ServedThroughRestarts {
  /** Longest time without a success through the balancer, where there is one. */
  readonly longestGapMs: number
  /** Longest time for which a single API server may be away. */
  readonly restartMs: number
}

/**
 * For losses that make every API server restart once: through the balancer no sample fails, no two API servers are away together, and
 * none is away for longer than a start takes. One control plane has no balancer: there the API is away as long as its server.
 */
export function apiServedThroughRestarts({ longestGapMs, restartMs }: ServedThroughRestarts): Check {
  return {
    ...check,
    collect: collectWatch,
    judge(run) {
      const seen = evidenceOf(run, 'api-watch', apiWatchSchema)
      if (!seen.ok) return conclude(check, { failures: [], unknowns: [seen.unknown], claim: '' })
      const { apis } = seen.value
      const { controlPlanes } = run.record.topology
      const all = [...apis, ...probedApis(run)]
      const balancer = all.filter(isBalancer)
      // The prober's samples of single servers are too far apart to tell how long one was away.
      const servers = apis.filter((api) => !isBalancer(api))
      const longest = Math.max(0, ...servers.map((api) => api.longestGapMs))
      const samples = apis.filter(isBalancer).reduce((sum, api) => sum + api.samples, 0)
      return conclude(check, {
        failures: [
          ...(controlPlanes > 1 ? balancer.flatMap(failuresOf) : []),
          ...servers.flatMap((api) => awayTooLong(api, restartMs)),
          ...together(servers),
        ],
        unknowns: [
          ...(apis.length === controlPlanes + 1 ? [] : [`${counted(apis.length, 'API endpoint')} watched`]),
          ...balancer.flatMap((api) => unknownsOf(api, run.record, controlPlanes > 1 ? longestGapMs : restartMs)),
          ...servers.flatMap((api) => unknownsOf(api, run.record, restartMs)),
        ],
        claim: `${controlPlanes > 1 ? `all of ${count(samples)} samples through the balancer were answered, and ` : ''}no API server was away for longer than ${count(Math.round(longest))} ms`,
        facts: all.map(
          (api) =>
            `${api.target}: ${count(api.samples)} samples, ${api.failures.length} failed, ${api.late} late, longest gap ${count(Math.round(api.longestGapMs))} ms`,
        ),
      })
    },
  }
}

function awayTooLong({ target, failures, longestGapMs }: WatchedApi, restartMs: number): readonly string[] {
  return failures.length > 0 && longestGapMs > restartMs
    ? [`${target}: away for ${count(Math.round(longestGapMs))} ms, allowed are ${count(restartMs)} ms`]
    : []
}

/** API servers whose samples failed within the same second. */
function together(servers: readonly WatchedApi[]): readonly string[] {
  return servers.flatMap((one, index) =>
    servers.slice(index + 1).flatMap((other) => {
      const both = one.failures.find(({ atMs }) => other.failures.some((each) => Math.abs(each.atMs - atMs) < 1000))
      return both ? [`${one.target} and ${other.target} were away together, at ${Math.round(both.atMs)} ms`] : []
    }),
  )
}
