import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The programs of the package, and the library: dist/ has the same folders as the sources, so that `programPath` finds them. */
const entries = [
  'lib/index',
  'harness/cli/main',
  'harness/recovery/repair-main',
  'harness/probe/prober/prober-main',
  'harness/workload/server',
  'harness/workload/api-client',
  'harness/workload/aggregated-api',
]

/** Bundles what `npm pack` ships: JavaScript for the oldest Node of package.json's engines; dependencies stay imports. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  logLevel: 'warn',
  publicDir: false,
  build: {
    ssr: true,
    target: 'node22',
    minify: false,
    emptyOutDir: true,
    rolldownOptions: {
      input: Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`])),
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
})
