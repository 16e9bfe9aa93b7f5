import type { RunView } from '../model/run-view.ts'

/** Whether the losses of a run were proved, by its journal. */
export const isLossProved = ({ events }: Pick<RunView, 'events'>): boolean =>
  events.some((event) => event.type === 'fault.proved' && event['result'] === 'confirmed')
