import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CompletionSources } from './completions.ts'

/** What exists here and now. Each loads what it needs, since a shell waits for it; what cannot be read completes to nothing. */
export const completionSources: CompletionSources = {
  async scenarios() {
    const { scenarios } = await import('../../../scenarios/index.ts')
    return scenarios.map(({ id, title }) => ({ value: id, description: title }))
  },
  async steps() {
    const { libraryRecovery, stepsOf } = await import('../../../lib/index.ts')
    return stepsOf(libraryRecovery()).map(({ id, title }) => ({ value: id, description: title }))
  },
  /** Directories below runs/, the newest first. */
  async runs() {
    const names = await readdir('runs').catch(() => [])
    return names
      .sort()
      .reverse()
      .map((name) => ({ value: join('runs', name), description: '' }))
  },
  async clusters() {
    const { readRegistry } = await import('../../cluster/registry.ts')
    const { entries, damaged } = await readRegistry()
    return [
      ...entries.map(({ cluster, runDir }) => ({ value: cluster, description: runDir })),
      ...damaged.map(({ cluster }) => ({ value: cluster, description: 'its entry in the registry is damaged' })),
    ]
  },
  async recoveries() {
    const { knownRecoveries } = await import('../../recovery/registry.ts')
    return knownRecoveries.map((value) => ({ value, description: '' }))
  },
  async matrices() {
    const of = (value: string, when: string) => ({ value, description: `the drills of ${when}` })
    return [of('nightly', 'every night'), of('ci', 'every change')]
  },
}
