/** The process of a repair of which something is switched off: mutantVariable names the mutant. */
import { defaultOptions } from '../../../../lib/index.ts'
import { repairPreconditions } from '../../../../lib/preflight/preconditions.ts'
import { preflight } from '../../../../lib/steps/preflight.ts'
import { runRepairProgram } from '../../../recovery/repair-program.ts'
import { appliedEvent, mutantVariable } from './live-mutant.ts'
import { liveMutants } from './live-mutants.ts'
import { withControllerManagerFirst, withoutPrecondition, withoutSteps, withStepOnFirstOnly } from './spoil-recovery.ts'

const mutant = liveMutants.find(({ id }) => id === process.env[mutantVariable])

runRepairProgram((recovery, append) => {
  if (!mutant) throw new Error(`${mutantVariable} names no mutant`)
  const { id, how } = mutant
  const applied = (what: string) => void append(appliedEvent(id, what))
  if ('stepsOff' in how) return withoutSteps(recovery, how.stepsOff, applied)
  if ('stepOnFirstOnly' in how) return withStepOnFirstOnly(recovery, how.stepOnFirstOnly, applied)
  if ('controllerManagerFirstMs' in how)
    return withControllerManagerFirst(recovery, how.controllerManagerFirstMs, applied)
  if (!('preconditionOff' in how)) return recovery
  const preconditions = withoutPrecondition(repairPreconditions(defaultOptions), how.preconditionOff, applied)
  return { ...recovery, preflight: preflight(preconditions) }
})
