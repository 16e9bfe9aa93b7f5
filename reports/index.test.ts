import { expect, test } from 'vitest'
import { fakeRun, fakeRunKinds } from '../harness/testing/fake-run.ts'
import { reporters } from './index.ts'

test.each(fakeRunKinds)('%s: every report, under its name', (kind) => {
  const files = reporters.flatMap((reporter) => reporter.render(fakeRun(kind, { samples: 100 })))
  expect(files.map(({ path }) => path)).toEqual([
    ...['index.html', 'junit.xml', 'summary.md', 'ctrf.json', 'metrics.txt', 'trace.json'],
  ])
  for (const { content } of files) expect(content.length).toBeGreaterThan(200)
})
