import { defineConfig } from 'vitest/config'

/** What Stryker runs: the unit tests of the parts that it changes, as one project. */
export default defineConfig({
  test: {
    include: ['harness/{checks,model,probe/analysis}/**/*.test.ts', 'lib/{engine,pki,preflight}/**/*.test.ts'],
    retry: 0,
  },
})
