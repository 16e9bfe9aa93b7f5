/** Names the mutant to the process of the spoilt repair. Nothing that is published reads it. */
export const mutantVariable = 'DRILL_MUTANT'
