import { evidenceOf } from '../../observe/evidence-of.ts'
import type { Check } from '../../model/check.ts'
import { count, counted } from '../../model/format.ts'
import type { RunRecord } from '../../model/run-record.ts'
import type { RunView } from '../../model/run-view.ts'
import { conclude } from '../conclude.ts'
import { apiWatchSchema, type WatchedApi } from './collect.ts'
import { collectWatch } from './collect-watch.ts'
import { probedApis } from './probed-apis.ts'

const check = { id: 'api-never-down', title: 'The API is served throughout' }

export interface ApiNeverDown {
  /** Longest time without a success on any API server or the balancer. */
  readonly longestGapMs: number
  /** The control plane that is lost, counted from 1: its API server is not judged, and the balancer only once the loss is proved. */
  readonly lostControlPlane?: number
}

/** For losses that leave a control plane: samples of every API server and of the balancer, from outside, from baseline to end. */
export function apiNeverDown({ longestGapMs, lostControlPlane }: ApiNeverDown): Check {
  return {
    ...check,
    collect: collectWatch,
    judge(run) {
      const seen = evidenceOf(run, 'api-watch', apiWatchSchema)
      if (!seen.ok) return conclude(check, { failures: [], unknowns: [seen.unknown], claim: '' })
      const lost = lostControlPlane === undefined ? undefined : { place: lostControlPlane, sinceMs: provedMs(run) }
      const apis = judged(seen.value.apis, lost)
      const all = [...apis, ...judged(probedApis(run, lost?.sinceMs), lost)]
      const longest = Math.max(0, ...apis.map((api) => api.longestGapMs))
      const samples = apis.reduce((sum, api) => sum + api.samples, 0)
      return conclude(check, {
        failures: all.flatMap(failuresOf),
        unknowns: [
          ...(seen.value.apis.length === run.record.topology.controlPlanes + 1
            ? []
            : [`${counted(seen.value.apis.length, 'API endpoint')} watched`]),
          ...all.flatMap((api) => unknownsOf(api, run.record, longestGapMs)),
        ],
        claim: `${counted(apis.length, 'API endpoint')} answered all of ${count(samples)} samples, longest time between two answers ${count(Math.round(longest))} ms`,
        facts: all.map(
          (api) =>
            `${api.target}: ${count(api.samples)} samples, ${api.late} late, longest gap ${count(Math.round(api.longestGapMs))} ms`,
        ),
      })
    },
  }
}

const provedMs = ({ events }: RunView): number => events.find(({ type }) => type === 'fault.proved')?.atMs ?? Infinity

/** What must never fail: all but the lost API server; the balancer only since it can have noticed that it is lost. */
function judged(
  apis: readonly WatchedApi[],
  lost: { readonly place: number; readonly sinceMs: number } | undefined,
): readonly WatchedApi[] {
  if (!lost) return apis
  const isLost = ({ target }: WatchedApi, index: number) =>
    target.startsWith('api-') ? target === `api-${lost.place}` : index === lost.place - 1
  return apis.flatMap((api, index) => {
    if (isLost(api, index)) return []
    return isBalancer(api) ? [since(api, lost.sinceMs)] : [api]
  })
}

/** Without what was before. */
function since(api: WatchedApi, fromMs: number): WatchedApi {
  const gaps = api.gaps?.filter(({ toMs }) => toMs > fromMs)
  const longest = gaps && Math.max(0, ...gaps.map((gap) => gap.toMs - Math.max(gap.fromMs, fromMs)))
  return {
    ...api,
    failures: api.failures.filter(({ atMs }) => atMs >= fromMs),
    longestGapMs: longest ?? api.longestGapMs,
  }
}

/** Through it the API is asked, by whoever asks. */
export const isBalancer = ({ target }: WatchedApi): boolean => target === 'balancer' || target === 'api-balancer'

/** Samples that failed, as one line. */
export function failuresOf({ target, samples, failures }: WatchedApi): readonly string[] {
  const [first] = failures
  return first
    ? [
        `${target}: ${count(failures.length)} of ${count(samples)} samples failed, the first at ${Math.round(first.atMs)} ms: ${first.problem}`,
      ]
    : []
}

/** Why a watch proves nothing. */
export function unknownsOf(
  api: WatchedApi,
  { injectedAtMs, phases }: RunRecord,
  longestGapMs: number,
): readonly string[] {
  const { target, fromMs, toMs, samples } = api
  const fromNeededMs = injectedAtMs ?? phases.find(({ id }) => id === 'settle')?.fromMs
  const settleFromMs = phases.find(({ id }) => id === 'settle')?.fromMs
  return [
    ...(samples === 0 ? [`${target}: no sample was taken`] : []),
    ...(api.failures.length === 0 && api.longestGapMs > longestGapMs
      ? [
          `${target}: ${count(Math.round(api.longestGapMs))} ms without an answer and without a sample, allowed are ${count(longestGapMs)} ms`,
        ]
      : []),
    ...(fromNeededMs !== undefined && fromMs > fromNeededMs ? [`${target}: watched only after the loss`] : []),
    ...(settleFromMs === undefined || toMs < settleFromMs ? [`${target}: not watched until the repair was over`] : []),
  ]
}
