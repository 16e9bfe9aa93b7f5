import { defineConfig } from 'vitest/config'

/** What Stryker runs: the unit tests of the parts that it changes, as one project. */
export default defineConfig({
  test: {
    include: ['harness/{checks,probe/analysis}/**/*.test.ts', 'lib/{pki,preflight}/**/*.test.ts'],
    retry: 0,
  },
})
