import type { Check } from '../../model/check.ts'
import { watchApi } from './api-watch.ts'

const evidence = 'api-watch'

/** Stores evidence `api-watch`: samples of every API server and of the balancer, from outside, from baseline to end. */
export const collectWatch: NonNullable<Check['collect']> = {
  async baseline(context) {
    context.background.set(evidence, await watchApi(context))
  },
  settled: (context) =>
    context.evidence.once(evidence, async () => {
      const watch = context.background.get(evidence)
      if (!watch) throw new Error('the API was not watched')
      return { apis: await watch.stop() }
    }),
}
