import { NotApplicableError, type StoredMutant } from '../mutant/mutant.ts'

const instrument = { base: 'calibrated', check: 'instrument-calibrated', verdict: 'unknown' } as const

/** The prober and its calibration. */
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
]
