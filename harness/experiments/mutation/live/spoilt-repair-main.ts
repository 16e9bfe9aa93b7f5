/** The process of a repair of which something is switched off: mutantVariable names the mutants. */
import { type AnyRecovery, defaultOptions } from '../../../../lib/index.ts'
import { repairPreconditions } from '../../../../lib/preflight/preconditions.ts'
import { preflight } from '../../../../lib/steps/preflight.ts'
import { runRepairProgram } from '../../../recovery/repair-program.ts'
import { appliedEvent, type LiveMutant, mutantVariable } from './live-mutant.ts'
import { liveMutants } from './live-mutants.ts'
import { withControllerManagerFirst, withoutPrecondition, withoutSteps, withStepOnFirstOnly } from './spoil-recovery.ts'

const ids = (process.env[mutantVariable] ?? '').split(',')
const mutants = liveMutants.filter(({ id }) => ids.includes(id))

runRepairProgram((recovery, append) => {
  if (mutants.length < ids.length) throw new Error(`${mutantVariable} names no mutant: ${ids.join(',')}`)
  return mutants.reduce(
    (spoilt, { id, how }) => spoiltBy(how, spoilt, (what) => void append(appliedEvent(id, what))),
    recovery,
  )
})

function spoiltBy(how: LiveMutant['how'], recovery: AnyRecovery, applied: (what: string) => void): AnyRecovery {
  if ('stepsOff' in how) return withoutSteps(recovery, how.stepsOff, applied)
  if ('stepOnFirstOnly' in how) return withStepOnFirstOnly(recovery, how.stepOnFirstOnly, applied)
  if ('controllerManagerFirstMs' in how)
    return withControllerManagerFirst(recovery, how.controllerManagerFirstMs, applied)
  if (!('preconditionOff' in how)) return recovery
  const preconditions = withoutPrecondition(repairPreconditions(defaultOptions), how.preconditionOff, applied)
  return { ...recovery, preflight: preflight(preconditions) }
}
