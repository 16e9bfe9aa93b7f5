import { ended, of } from './find-events.ts'
import type { RecoveryEvent } from './recovery-event.ts'
import type { LeftOver, RecoveryOutcome } from './recovery-result.ts'

/** The step after which controllers wait until kubelets are back. */
export const holdingStep = 'hold-leader-election'

/** With the default tolerations: 50 s until a silent Node is marked (kube-controller-manager 1.32), and 300 s from then. */
const beforeEvictions =
  'Hurry: kubelets are silent and the controllers lead again, so that pods are evicted some 5 minutes from now. For more time move kube-controller-manager.yaml out of the directory of the static pods on every control plane; the repair brings it back.'

/** The controllers were held because kubelets were silent, and the Nodes are not back. */
const isEvictionNear = (events: readonly RecoveryEvent[]): boolean =>
  ended(events, 'finished', holdingStep) &&
  !of(events, 'milestone.reached').some(({ milestone }) => milestone === 'nodes-ready')

/** By the words of WaitTimeoutError. */
const hasTimedOut = (events: readonly RecoveryEvent[]): boolean =>
  of(events, 'step.failed').some(({ message }) => message.includes('timed out after'))

/** What is to be done after a repair, an order a line. Pure. */
export function nextFor(
  outcome: RecoveryOutcome,
  events: readonly RecoveryEvent[],
  left: readonly LeftOver[],
): readonly string[] {
  if (outcome === 'failed') {
    const refusedWrites = of(events, 'write.refused').map(({ what, reason }) => `Let ${what} be written: ${reason}.`)
    return [
      ...new Set(refusedWrites),
      ...(isEvictionNear(events) ? [beforeEvictions] : []),
      'Run the repair again: it asks every machine what is left to do, and does only that.',
      ...(hasTimedOut(events)
        ? ['Where something was only slow, have the repair wait longer (--timeout-factor 3).']
        : []),
    ]
  }
  if (outcome === 'recovered' || outcome === 'degraded') {
    const machines = left.flatMap(({ kind, name }) => (kind === 'machine' ? [name] : []))
    return [
      ...(machines.length === 0
        ? []
        : [
            `Run the repair again when the Node is Ready: ${machines.join(', ')}. Pods there may be rejected until then.`,
          ]),
      ...(of(events, 'sa-key.retired').length === 0
        ? []
        : ['Finish the repair when nobody uses tokens of the lost key any more (--finish).']),
    ]
  }
  return []
}
