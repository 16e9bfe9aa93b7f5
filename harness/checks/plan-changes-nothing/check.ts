import { z } from 'zod'
import type { Check } from '../../model/check.ts'
import { evidenceOf } from '../../observe/evidence-of.ts'
import { conclude } from '../conclude.ts'

const check = { id: 'plan-changes-nothing', title: 'The plan changes nothing' }

const schema = z.object({ before: z.record(z.string(), z.string()), after: z.record(z.string(), z.string()) })

/** Judged instead of the repair's checks where the repair was only planned. */
export const planChangesNothing: Check = {
  ...check,
  judge(run) {
    const planned = run.events.some(({ type }) => type === 'recovery.planned')
    const listings = evidenceOf(run, 'plan-file-manifests', schema)
    const unknowns = [...(planned ? [] : ['no plan was made']), ...(listings.ok ? [] : [listings.unknown])]
    const { before, after } = listings.ok ? listings.value : { before: {}, after: {} }
    if (listings.ok && Object.keys(before).length === 0) unknowns.push('no machine was listed')
    const failures = Object.keys(before)
      .filter((node) => before[node] !== after[node])
      .map((node) => `files changed on ${node} while the repair was only planned`)
    return conclude(check, { failures, unknowns, claim: 'The plan was made, and no file of any machine changed.' })
  },
}
