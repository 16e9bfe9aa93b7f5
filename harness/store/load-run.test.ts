import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { htmlReporter } from '../../reports/html/html.ts'
import { sampleFormat } from '../probe/prober/sample-format.ts'
import { fakeRun } from '../testing/fake-run.ts'
import { loadRun } from './load-run.ts'
import { redact, secretsIn } from './redact.ts'

let runDir: string
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'drill-run-'))
})
afterEach(() => rmSync(runDir, { recursive: true }))

test('a secret in the name of an error does not reach the page, and withholding it leaves a page', async () => {
  const errors = ['none', '-----BEGIN RSA PRIVATE KEY-----\nMIIabc', 'response-timeout']
  const path = { id: 'pod', title: 'Pod address', target: 'http://10.244.1.3:8080/', intervalMs: 20, deadlineMs: 1000 }
  const meta = {
    format: sampleFormat,
    prober: 'p',
    order: 0,
    ...path,
    startMs: 0,
    endMs: 100,
    errors,
    backends: ['none'],
  }
  mkdirSync(join(runDir, 'samples'))
  writeFileSync(join(runDir, 'run.json'), JSON.stringify(fakeRun('outage', { samples: 10 }).record))
  writeFileSync(join(runDir, 'samples', 'pod.json'), JSON.stringify(meta))
  writeFileSync(join(runDir, 'samples', 'pod.samples'), '')

  const page = htmlReporter.render(await loadRun(runDir))[0]?.content ?? ''
  expect(secretsIn(page)).toEqual([])
  expect(page).not.toContain('MIIabc')
  expect(page).toContain('response-timeout')
  expect(redact(page)).toBe(page)
})
