import { copyFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import { viteSingleFile } from 'vite-plugin-singlefile'
import { templateInputsHash } from './template-inputs.ts'

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const template: Plugin = {
  name: 'drill:template',
  transformIndexHtml: () => [
    { tag: 'meta', attrs: { name: 'drill-template-inputs', content: templateInputsHash() }, injectTo: 'head' },
  ],
  closeBundle: () => copyFileSync(pathOf('dist/index.html'), pathOf('template.html')),
}

/** Builds template.html beside this file: the whole page with places for the data of a run. */
export default defineConfig({
  root: pathOf('.'),
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [template, viteSingleFile()],
  build: { emptyOutDir: true, modulePreload: false, target: 'es2023' },
})
