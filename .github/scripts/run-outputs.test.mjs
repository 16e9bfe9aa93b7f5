import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeFakeRun } from '../../harness/testing/write-fake-run.ts'
import { runOutputs, surprise } from './run-outputs.mjs'

let folder
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'drill-outputs-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a stored run that passed', async () => {
  await writeFakeRun(folder)
  mkdirSync(join(folder, 'report'))
  const { milestones } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))
  const recovered = milestones.find(({ id }) => id === 'recovered')
  expect(runOutputs(folder, 0)).toEqual({
    verdict: 'pass',
    'exit-code': '0',
    'report-path': join(folder, 'report'),
    'seconds-to-recovered': (recovered.atMs / 1000).toFixed(1),
    'failed-probes': '0',
    'longest-gap-ms': expect.stringMatching(/^\d+$/),
  })
  expect(surprise(folder, 0, '')).toBeUndefined()
  expect(surprise(folder, 0, 'fail')).toContain('the verdict is pass (exit code 0), expected fail')
})

test('failures of the workload count, those of the prober itself do not', async () => {
  await writeFakeRun(folder, 'outage')
  const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))
  const failed = record.probes.map(({ failed }) => failed).reduce((sum, one) => sum + one)
  expect(failed).toBeGreaterThan(0)
  const disturbed = record.probes.map((probe) =>
    probe.id === 'null' ? { ...probe, failed: 7, longestGapMs: 1e6 } : probe,
  )
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...record, probes: disturbed }))
  const outputs = runOutputs(folder, 1)
  expect(outputs['failed-probes']).toBe(String(failed))
  expect(Number(outputs['longest-gap-ms'])).toBeLessThan(1e6)
})

test('a run that never began has an exit code and nothing else', () => {
  const outputs = runOutputs(join(folder, 'missing'), 3)
  expect(Object.entries(outputs).filter(([, value]) => value !== '')).toEqual([['exit-code', '3']])
  expect(surprise(join(folder, 'missing'), 3, '')).toBe('the verdict is no verdict (exit code 3), expected pass')
  expect(surprise(join(folder, 'missing'), 3, '3')).toBeUndefined()
})

test('without a wish, what the scenario expects is right', async () => {
  await writeFakeRun(folder)
  const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...record, expects: 'fail', verdict: 'fail' }))
  expect(surprise(folder, 1, '')).toBeUndefined()
  expect(surprise(folder, 1, 'pass')).toContain('expected pass')
})

test.each([
  ['fail', 130],
  ['pass', 3],
])('a verdict %s of a run that ended early with %i is not the expected end', async (verdict, code) => {
  await writeFakeRun(folder)
  const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...record, verdict }))
  expect(surprise(folder, code, verdict)).toContain(`exit code ${code}`)
})

test('the program prints an output a line, and its exit code tells a surprise', async () => {
  await writeFakeRun(folder)
  const program = join(import.meta.dirname, 'run-outputs.mjs')
  const lines = execFileSync(process.execPath, [program, folder, '0', ''], { encoding: 'utf8' }).trim().split('\n')
  expect(lines).toHaveLength(6)
  expect(lines[0]).toBe('verdict=pass')
  const { status, stderr } = spawnSync(process.execPath, [program, folder, '0', 'fail'], { encoding: 'utf8' })
  expect([status, stderr]).toEqual([1, '::error::the verdict is pass (exit code 0), expected fail\n'])
})
