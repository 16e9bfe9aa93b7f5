import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { redact, secretsIn } from '../../harness/store/redact.ts'
import { fakeRun } from '../../harness/testing/fake-run.ts'
import { fillTemplate, htmlReporter, templatePath } from './html.ts'
import { templateInputsHash } from './template-inputs.ts'

const template = readFileSync(templatePath, 'utf8')

test('template.html is built from the sources as they are: else run npm run build:report', () => {
  expect(/name="drill-template-inputs" content="([0-9a-f]+)"/.exec(template)?.[1]).toBe(templateInputsHash())
})

test('the template is small, has each place once and asks nobody for anything', () => {
  expect(Buffer.byteLength(template)).toBeLessThan(300_000)
  expect([...template.matchAll(/%%[A-Z]+%%/g)].map(([place]) => place).toSorted()).toEqual([
    '%%RUN%%',
    '%%SAMPLES%%',
    '%%SUMMARY%%',
    '%%TITLE%%',
  ])
  expect(template).not.toMatch(/(?:src|href)="(?!data:)/)
})

test('hostile strings end no element and fill no other place', () => {
  const bare =
    '<title>%%TITLE%%</title><p>%%SUMMARY%%</p><script id="run">%%RUN%%</script><script id="samples">%%SAMPLES%%</script>'
  const page = fillTemplate(bare, fakeRun('hostile', { samples: 100 }))
  expect(page.match(/<\/script>/g)).toHaveLength(2)
  expect(page).not.toMatch(/<img|<!--|\u2028|\u2029/)
  expect(page).toContain('$&amp; $1 %%RUN%%')
  const json = /<script id="run">(.*?)<\/script>/s.exec(page)?.[1] ?? ''
  expect((JSON.parse(json) as { record: unknown }).record).toEqual(fakeRun('hostile', { samples: 100 }).record)
})

test('a secret in the name of an error does not reach the page, and withholding it leaves a page', () => {
  const run = fakeRun('outage', { samples: 3000 })
  const errors = ['none', '-----BEGIN RSA PRIVATE KEY-----\nMIIabc', 'response-timeout']
  const page =
    htmlReporter.render({ ...run, series: run.series.map((series) => ({ ...series, errors })) })[0]?.content ?? ''
  expect(secretsIn(page)).toEqual([])
  expect(page).not.toContain('MIIabc')
  expect(page).toContain('response-timeout')
  expect(redact(page)).toBe(page)
})

test('the same run gives the same page', () => {
  const render = () => htmlReporter.render(fakeRun('outage', { samples: 500 }))[0]?.content
  expect(render()).toBe(render())
})
