import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fakeRun } from '../../harness/testing/fake-run.ts'
import { fillTemplate, htmlReporter, templatePath } from './html.ts'
import { templateInputsHash } from './template-inputs.ts'

const template = readFileSync(templatePath, 'utf8')

test('template.html is up to date with its sources (npm run build:report)', () => {
  expect(/name="drill-template-inputs" content="([0-9a-f]+)"/.exec(template)?.[1]).toBe(templateInputsHash())
})

test('the template is small, has each placeholder once and loads nothing', () => {
  expect(Buffer.byteLength(template)).toBeLessThan(300_000)
  expect([...template.matchAll(/%%[A-Z]+%%/g)].map(([place]) => place).toSorted()).toEqual([
    '%%DETAILS%%',
    '%%RUN%%',
    '%%SAMPLES%%',
    '%%SUMMARY%%',
    '%%TITLE%%',
  ])
  expect(template).not.toMatch(/(?:src|href)="(?!data:)/)
})

test('the page has no code that its Content Security Policy forbids, such as zod has', () => {
  expect(/new Function|\beval\(|ZodError/.exec(template)?.[0]).toBeUndefined()
})

test('hostile strings end no element and fill no other placeholder', () => {
  const bare =
    '<title>%%TITLE%%</title><p>%%SUMMARY%%</p><script id="run">%%RUN%%</script><script id="samples">%%SAMPLES%%</script>'
  const page = fillTemplate(bare, fakeRun('hostile', { samples: 100 }))
  expect(page.match(/<\/script>/g)).toHaveLength(2)
  expect(page).not.toMatch(/<img|<!--|\u2028|\u2029/)
  expect(page).toContain('$&amp; $1 %%RUN%%')
  const json = /<script id="run">(.*?)<\/script>/s.exec(page)?.[1] ?? ''
  expect((JSON.parse(json) as { record: unknown }).record).toEqual(fakeRun('hostile', { samples: 100 }).record)
})

test('the same run gives the same page', () => {
  const render = () => htmlReporter.render(fakeRun('outage', { samples: 500 }))[0]?.content
  expect(render()).toBe(render())
})
