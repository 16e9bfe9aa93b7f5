import { type AggregatedApi, aggregatedApiSchema, collectAggregatedApi } from './collect.ts'
import { evidenceOf } from '../../observe/evidence-of.ts'
import type { Check, CollectAt } from '../../model/check.ts'
import type { RunView } from '../../model/run-view.ts'
import { conclude } from '../conclude.ts'
import { counted } from '../../model/format.ts'

const check = { id: 'aggregated-api-served', title: 'Extension API servers are served' }

/** By a request through the API server, and by the ConfigMap from which every extension API server takes its trust. */
export const aggregatedApiServed: Check = {
  ...check,
  collect: {
    baseline: (context) => collectAggregatedApi(context, 'baseline'),
    recovered: (context) => collectAggregatedApi(context, 'recovered'),
    settled: (context) => collectAggregatedApi(context, 'settled'),
  },
  judge(run) {
    const [before, recovered, settled] = (['baseline', 'recovered', 'settled'] as const).map((when) =>
      observed(run, when),
    )
    const lost = lostCas(before?.seen, settled?.seen)
    const after = [recovered, settled].flatMap((each) => each?.failures ?? [])
    return conclude(check, {
      failures: [
        ...after,
        ...lost.map((ca) => `ConfigMap extension-apiserver-authentication still names the lost CA ${ca.slice(0, 23)}…`),
        ...unnamed(settled?.seen),
      ],
      unknowns: [
        ...(before?.failures ?? []).map((failure) => `not served before the fault already: ${failure}`),
        ...[before, recovered, settled].flatMap((each) => each?.unknowns ?? []),
      ],
      claim: `the extension API is served as ${settled?.seen?.user ?? 'an unknown user'}, and its ConfigMap names ${counted(new Set(settled?.seen?.namedCas).size, 'CA')}, all in use`,
      facts: [before, recovered, settled].flatMap((each) => each?.facts ?? []),
    })
  },
}

interface Observed {
  readonly seen?: AggregatedApi
  readonly failures: readonly string[]
  readonly unknowns: readonly string[]
  readonly facts: readonly string[]
}

function observed(run: RunView, when: CollectAt): Observed {
  const evidence = evidenceOf(run, `aggregated-api-${when}`, aggregatedApiSchema)
  if (!evidence.ok) return { failures: [], unknowns: [evidence.unknown], facts: [] }
  const seen = evidence.value
  const { available, reason, status, problem } = seen
  return {
    seen,
    failures: [
      ...(available ? [] : [`${when}: the APIService is not Available (${reason})`]),
      ...(status === 200
        ? []
        : [`${when}: a request through the API server got ${status ?? 'no answer'} (${problem ?? ''})`]),
    ],
    unknowns: seen.usedCas.length === 0 ? [`${when}: no control plane showed its CAs`] : [],
    facts: [
      `${when}: ${available ? 'Available' : 'not Available'}, HTTP ${status ?? 'none'}, ${seen.namedCas.length} CAs named`,
    ],
  }
}

/** Named at the end, named before, and no longer the CA of any control plane. */
function lostCas(before: AggregatedApi | undefined, settled: AggregatedApi | undefined): readonly string[] {
  const known = new Set([...(before?.namedCas ?? []), ...(before?.usedCas ?? [])])
  const used = new Set(settled?.usedCas)
  return [...new Set(settled?.namedCas)].filter((ca) => known.has(ca) && !used.has(ca))
}

/** In use and not named: extension API servers would refuse the API server. */
function unnamed(settled: AggregatedApi | undefined): readonly string[] {
  const named = new Set(settled?.namedCas)
  return (settled?.usedCas ?? [])
    .filter((ca) => !named.has(ca))
    .map((ca) => `ConfigMap extension-apiserver-authentication does not name the CA ${ca.slice(0, 23)}… that is in use`)
}
