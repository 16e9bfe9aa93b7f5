import { z } from 'zod'
import type { Check } from '../../model/check.ts'
import { conclude } from '../conclude.ts'

const provedSchema = z.looseObject({
  result: z.enum(['confirmed', 'mismatch', 'inconclusive']),
  summary: z.string(),
  details: z.array(z.string()),
})

const check = { id: 'fault-proved', title: 'The loss is proved' }

/** A drill whose loss is not proved proves nothing: everything but `confirmed` is unknown. */
export const faultProved: Check = {
  ...check,
  judge(run) {
    const event = run.events.findLast(({ type }) => type === 'fault.proved')
    const proof = provedSchema.safeParse(event)
    if (!proof.success) {
      return conclude(check, {
        failures: [],
        unknowns: [event ? 'the proof in the journal is malformed' : 'no proof was taken'],
        claim: '',
      })
    }
    const { result, summary, details } = proof.data
    return conclude(check, {
      failures: [],
      unknowns: result === 'confirmed' ? [] : [summary],
      claim: summary,
      facts: details,
    })
  },
}
