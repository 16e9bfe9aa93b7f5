import type { ProbeSummary } from '../../harness/model/run-record.ts'

/** How long a path was down: not shorter than lower, not longer than upper, most likely point. */
export interface Downtime {
  readonly lowerMs: number
  readonly pointMs: number
  readonly upperMs: number
  /** The last outage had not ended when the probing did, so all three are lower bounds. */
  readonly open: boolean
}

/** The downtime of one path: the sum of its outages. */
export function downtimeOf({ outages, openAtEnd }: Pick<ProbeSummary, 'outages' | 'openAtEnd'>): Downtime {
  const sum = (key: 'lowerMs' | 'pointMs' | 'upperMs') => outages.reduce((total, outage) => total + outage[key], 0)
  return { lowerMs: sum('lowerMs'), pointMs: sum('pointMs'), upperMs: sum('upperMs'), open: openAtEnd }
}

/** The path that was down longest; undefined when none was. */
export function worstDowntime(
  probes: readonly ProbeSummary[],
): (Downtime & { readonly probe: ProbeSummary }) | undefined {
  return probes
    .filter(({ failed }) => failed > 0)
    .map((probe) => ({ ...downtimeOf(probe), probe }))
    .toSorted((a, b) => b.upperMs - a.upperMs)[0]
}
