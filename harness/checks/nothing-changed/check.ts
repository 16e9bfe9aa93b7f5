import type { Check } from '../../model/check.ts'
import { counted, seconds } from '../../model/format.ts'
import { hostFactor, hostSpeedText, judgeBudget, scaledBudget } from '../../model/host-speed.ts'
import type { RunView } from '../../model/run-view.ts'
import { conclude, type Conclusion } from '../conclude.ts'
import { isLossProved } from '../loss-proved.ts'
import { stateCollectors, untouched } from '../untouched.ts'

const check = { id: 'nothing-changed', title: 'The repair finds nothing to do, and changes nothing' }

/**
 * For a cluster in which nothing is lost: the repair says so in time, and no file, process, container or object is another than just
 * before it.
 * @param withinMs from the start of the repair to its end; grows with a slower host
 */
export function nothingChanged(withinMs: number): Check {
  return {
    ...check,
    collect: stateCollectors(),
    judge(run) {
      const { changes, unknowns, facts, compared } = untouched(run)
      const said = saidInTime(run, withinMs)
      if (!compared) return conclude(check, { ...said, unknowns: [...said.unknowns, ...unknowns] })
      const { machines, files, objects } = compared
      return conclude(check, {
        failures: [...said.failures, ...changes],
        unknowns: [...said.unknowns, ...unknowns, ...(objects === 0 ? ['no object of the API was seen before'] : [])],
        claim: `${said.claim}; ${counted(files, 'file')} on ${counted(machines, 'machine')}, their containers and ${counted(objects, 'object')} are untouched`,
        facts,
      })
    },
  }
}

/** By the journal: when the repair began, and when it said that there is nothing to do. */
function saidInTime({ events, record }: RunView, withinMs: number): Conclusion {
  const nothing: Conclusion = { failures: [], unknowns: [], claim: '' }
  if (record.losses.length > 0 && !isLossProved({ events }))
    return { ...nothing, unknowns: ['the changes beforehand are not proved'] }
  const began = events.findLastIndex(
    (event) => event.type === 'milestone.reached' && event['milestone'] === 'recovery-started',
  )
  const start = events[began]
  if (!start) return { ...nothing, unknowns: ['nothing was repaired'] }
  const since = events.slice(began)
  const steps = since.flatMap(({ type, step }) =>
    type === 'step.started' && step !== 'preflight' ? [String(step)] : [],
  )
  const end = since.find(({ type }) => type === 'recovery.not-needed')
  const failed = since.findLast(({ type }) => type === 'recovery.failed')
  if (!end) {
    const why = failed
      ? `failed: ${String(failed['chain'])}`
      : `ran ${steps.length === 0 ? 'no step' : steps.join(', ')}`
    return { ...nothing, failures: [`the repair did not find that there is nothing to do; it ${why}`] }
  }
  const tookMs = end.atMs - start.atMs
  const factor = hostFactor(record.hostSpeed)
  const verdict = judgeBudget(tookMs, withinMs, factor)
  const late = `nothing to do after ${seconds(tookMs)}, allowed are ${seconds(scaledBudget(withinMs, factor))} (${hostSpeedText(record.hostSpeed)})`
  return {
    failures: [...steps.map((step) => `the repair ran the step ${step}`), ...(verdict === 'fail' ? [late] : [])],
    unknowns: verdict === 'unknown' ? [late] : [],
    claim: `nothing to do, said after ${seconds(tookMs)}`,
  }
}
