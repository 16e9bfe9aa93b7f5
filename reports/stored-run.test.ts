import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { loadRun } from '../harness/store/load-run.ts'
import { reporters } from './index.ts'

const stored = fileURLToPath(new URL('../harness/testing/testdata/lost-pki', import.meta.url))

test('every report of a stored real run says its verdict, and names its checks, steps and milestones', async () => {
  const run = await loadRun(stored)
  const files = reporters.flatMap((reporter) => reporter.render(run))
  expect(files.map(({ path }) => path)).toEqual([
    ...['index.html', 'junit.xml', 'summary.md', 'ctrf.json', 'metrics.txt', 'trace.json'],
  ])
  const [, junit = '', summary = ''] = files.map(({ content }) => content)
  expect(summary).toContain('PASS')
  for (const { id } of run.record.findings) {
    expect(junit).toContain(`name="${id}"`)
    expect(summary).toContain(id)
  }
  for (const { id, title } of run.record.milestones) {
    expect(junit).toContain(`milestone.${id}.ms`)
    expect(summary).toContain(title)
  }
  for (const { title } of run.record.steps.slice(0, 5)) expect(summary).toContain(title.slice(0, 20))
  expect(JSON.parse(readFileSync(`${stored}/run.json`, 'utf8'))).toMatchObject({ verdict: run.record.verdict })
})
