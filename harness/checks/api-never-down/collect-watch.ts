import type { Check } from '../../model/check.ts'
import { stopBackground } from '../../observe/background.ts'
import { watchApi } from './api-watch.ts'

const evidence = 'api-watch'

/** Stores evidence `api-watch`: samples of every API server and of the balancer, from outside, from baseline to end. */
export const collectWatch: NonNullable<Check['collect']> = {
  async baseline(context) {
    context.background.set(evidence, await watchApi(context))
  },
  settled: (context) =>
    context.evidence.once(evidence, async () => ({
      apis: await stopBackground(context, evidence, 'the API was not watched'),
    })),
}
