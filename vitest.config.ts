import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { placeOf } from './harness/e2e/order.ts'

const serial = { fileParallelism: false, retry: 0 }

/** Files of the cluster tests in the order of harness/e2e/order.ts. */
class ClusterTestsInOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isCluster = ({ moduleId }: TestSpecification) => moduleId.endsWith('.cluster.test.ts')
    const inOrder = sorted.filter(isCluster).sort((one, other) => placeOf(one.moduleId) - placeOf(other.moduleId))
    return [...sorted.filter((file) => !isCluster(file)), ...inOrder]
  }
}

export default defineConfig({
  test: {
    retry: 0,
    // The cluster of the cluster tests is deleted then.
    teardownTimeout: 120_000,
    sequence: { sequencer: ClusterTestsInOrder },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{lib,harness,scenarios,reports}/**/*.test.ts', '.github/scripts/*.test.mjs'],
          exclude: [
            '**/*.integration.test.ts',
            '**/*.browser.test.ts',
            '**/*.cluster.test.ts',
            '**/*.package.test.ts',
            '**/node_modules/**',
          ],
          // Many of them wait, for processes and for time to pass: on two cores three take less than half the time of Vitest's one.
          maxWorkers: availableParallelism() + 1,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['reports/**/*.browser.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          retry: 0,
          maxWorkers: 2,
          // After the unit tests: projects of one group must have equally many workers.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['{lib,harness}/**/*.integration.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          ...serial,
        },
      },
      {
        test: {
          name: 'package',
          include: ['harness/e2e/package/*.package.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          ...serial,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['harness/e2e/**/*.cluster.test.ts'],
          globalSetup: ['harness/e2e/global-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          ...serial,
        },
      },
    ],
  },
})
