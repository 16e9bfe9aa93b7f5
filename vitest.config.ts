import { defineConfig } from 'vitest/config'

const serial = { fileParallelism: false, retry: 0 }

export default defineConfig({
  test: {
    retry: 0,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{lib,harness,scenarios,reports}/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts', '**/*.browser.test.ts', '**/node_modules/**'],
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
    ],
  },
})
