import type { RunRecord } from '../../../harness/model/run-record.ts'
import { formatCounted, formatDuration, keepFigures } from '../../model/figures.ts'
import { runClaim } from '../../model/record.ts'
import { verdictLook } from '../../model/verdict-look.ts'
import { formatMoment } from './format-moment.ts'
import { VerdictSign } from './verdict-sign.tsx'

/** The verdict in one word, and its claim in one sentence. */
export function VerdictBand({ record }: { readonly record: RunRecord }) {
  const verdict = record.verdict ?? 'unknown'
  const { scenario, topology, durationMs, startedAt } = record
  const machines = `${formatCounted(topology.controlPlanes, 'control plane')}, ${formatCounted(topology.workers, 'worker')}`
  return (
    <header class={`band band-${verdict}`}>
      <div class="inner">
        <p class="band-run">
          <strong>drill</strong>
          <span>{scenario.id}</span>
          <span>{machines}</span>
          <time dateTime={startedAt}>{formatMoment(startedAt)}</time>
          {durationMs !== null && <span>took {formatDuration(durationMs)}</span>}
        </p>
        <div class="band-verdict">
          <VerdictSign verdict={verdict} />
          <h1>{verdictLook(verdict).word}</h1>
        </div>
        <p class="band-claim">{keepFigures(runClaim(record))}</p>
        <dl class="band-scenario">
          <div>
            <dt>Scenario</dt>
            <dd>{scenario.title}</dd>
          </div>
          <div>
            <dt>Hypothesis</dt>
            <dd>{scenario.hypothesis}</dd>
          </div>
        </dl>
      </div>
    </header>
  )
}
