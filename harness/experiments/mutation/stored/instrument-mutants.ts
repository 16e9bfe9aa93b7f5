import type { RunView } from '../../../model/run-view.ts'
import { inSamples, inSecondSamples } from '../mutant/change.ts'
import { NotApplicableError, type StoredMutant } from '../mutant/mutant.ts'
import { failing, slow, unsampled } from './samples.ts'

const instrument = { base: 'calibrated', check: 'instrument-calibrated', verdict: 'unknown' } as const

const second = {
  base: 'two-probers',
  check: 'probers-agree',
  verdict: 'unknown',
  touches: ['samples/second-prober/pod'],
} as const
const duringRepair = ({ record }: RunView) => (record.injectedAtMs ?? 0) + 30_000

/** The prober, its calibration, and a second prober. */
export const instrumentMutants: readonly StoredMutant[] = [
  {
    ...instrument,
    id: 'pulse-missed',
    title: 'the prober missed one fault of its calibration',
    touches: ['run.json'],
    because: /: no sample failed/,
    change(run) {
      const { calibration } = run.record
      const [first, ...others] = calibration?.pulses ?? []
      if (!calibration || !first) throw new NotApplicableError('the run has no calibration')
      const pulses = [{ ...first, verdict: 'wrong' as const, reason: 'no sample failed' }, ...others]
      return { ...run, record: { ...run.record, calibration: { ...calibration, pulses } } }
    },
  },
  {
    ...instrument,
    id: 'not-calibrated-afterwards',
    title: 'the prober was not calibrated after the repair',
    touches: ['evidence/calibration-settled'],
    because: /there is no evidence calibration-settled/,
    change: (run) => ({
      ...run,
      evidence: Object.fromEntries(Object.entries(run.evidence).filter(([name]) => name !== 'calibration-settled')),
    }),
  },
  {
    ...second,
    id: 'outage-seen-by-the-second-prober-alone',
    title: 'the first prober saw nothing of an outage of 200 ms that the second saw',
    because:
      /pod: the second prober saw an outage of 180 ms or longer, and by the first prober none over 2. ms is possible/,
    change: inSecondSamples('pod', (series, run) => failing(series, duringRepair(run), 200, 'refused')),
  },
  {
    ...second,
    id: 'outage-seen-by-the-first-prober-alone',
    title: 'the second prober saw nothing of an outage of 200 ms that the first saw',
    touches: ['samples/pod'],
    because:
      /pod: the first prober saw an outage of 180 ms or longer, and by the second prober none over 2. ms is possible/,
    change: inSamples('pod', (series, run) => failing(series, duringRepair(run), 200, 'refused')),
  },
  {
    ...second,
    id: 'gap-seen-by-the-second-prober-alone',
    title: 'the path answered the second prober 400 ms late, and the first at once',
    because: /pod: the second prober saw a gap of 4.. ms, and by the first prober none over 2. ms is possible/,
    change: inSecondSamples('pod', (series, run) => slow(series, duringRepair(run), 400)),
  },
  {
    ...second,
    id: 'second-prober-killed',
    title: 'the second prober was killed in the middle of the repair',
    because: /pod: the second prober did not end by itself, it was killed/,
    change: inSecondSamples('pod', (series, run) => {
      const endMs = duringRepair(run)
      return { ...unsampled(series, endMs, Infinity), endMs, ended: false, cpuMs: null }
    }),
  },
  {
    ...second,
    id: 'second-prober-starved',
    title: 'the second prober took no sample for 1 s',
    because: /pod: the second prober leaves an outage of up to 1 0.. ms possible/,
    change: inSecondSamples('pod', (series, run) => unsampled(series, duringRepair(run), duringRepair(run) + 1000)),
  },
  {
    ...second,
    id: 'second-prober-without-a-path',
    title: 'the second prober left no samples of one path',
    because: /pod: was to be sampled by both probers, and was not/,
    change: inSecondSamples('pod', () => undefined),
  },
]
