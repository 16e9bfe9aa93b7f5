import type { StoredMutant } from '../mutant/mutant.ts'
import { controlPlaneMutants } from './control-plane-mutants.ts'
import { dataMutants } from './data-mutants.ts'
import { evictionMutants } from './eviction-mutants.ts'
import { instrumentMutants } from './instrument-mutants.ts'
import { recoveryMutants } from './recovery-mutants.ts'
import { refusalMutants } from './refusal-mutants.ts'
import { trustMutants } from './trust-mutants.ts'
import { workloadMutants } from './workload-mutants.ts'

/** The mutants of stored runs, in the order of the table. */
export const storedMutants: readonly StoredMutant[] = [
  ...recoveryMutants,
  ...workloadMutants,
  ...evictionMutants,
  ...trustMutants,
  ...instrumentMutants,
  ...dataMutants,
  ...controlPlaneMutants,
  ...refusalMutants,
]
