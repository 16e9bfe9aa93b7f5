import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lostPki } from '../../scenarios/lost-pki.ts'
import { leaksIn } from '../store/check-secrets.ts'
import { loadRun } from '../store/load-run.ts'
import { isOfRun, judgeRun } from './judge-run.ts'

/** A real run of lost-pki on one control plane and one worker, its samples trimmed by trim-run.ts. */
const stored = fileURLToPath(new URL('../testing/testdata/lost-pki', import.meta.url))

let runDir: string
beforeEach(async () => {
  runDir = await mkdtemp(join(tmpdir(), 'drill-judge-'))
  await cp(stored, runDir, { recursive: true })
})
afterEach(() => rm(runDir, { recursive: true }))

async function judged() {
  const { record } = await loadRun(runDir)
  return judgeRun(runDir, record, lostPki)
}

test('a stored run is judged again as it was judged then', async () => {
  const { record } = await loadRun(runDir)
  const { findings, milestones, replaces } = await judged()
  expect(findings.map(({ id, verdict }) => [id, verdict])).toEqual(
    record.findings.map(({ id, verdict }) => [id, verdict]),
  )
  expect(milestones).toEqual(record.milestones)
  expect(replaces).toEqual(record.replaces)
})

test('without a piece of its evidence the check is unknown, and with a changed one it fails', async () => {
  const path = join(runDir, 'evidence', 'identities-settled.json')
  const evidence = await readFile(path, 'utf8')
  await rm(path)
  expect((await judged()).findings.find(({ id }) => id === 'nothing-else-replaced')?.verdict).toBe('unknown')
  await writeFile(path, evidence.replace(/("\/var\/lib\/kubelet\/config.yaml": ")../, '$1ff'))
  const { findings, verdict } = await judged()
  expect(verdict).toBe('fail')
  expect(findings.find(({ id }) => id === 'nothing-else-replaced')?.summary).toMatch(
    /\/var\/lib\/kubelet\/config.yaml was replaced, though it was not lost/,
  )
})

// lost-kubeconfigs on a host at load 20: 20 probes failed before the fault, nothing was destroyed, and the drill called it a fail.
test('what fails on a cluster that was unhealthy before the fault is unknown', async () => {
  const path = join(runDir, 'evidence', 'identities-settled.json')
  const evidence = await readFile(path, 'utf8')
  await writeFile(path, evidence.replace(/("\/var\/lib\/kubelet\/config.yaml": ")../, '$1ff'))
  const event = { seq: 1e6, atMs: 1, type: 'baseline.unhealthy', summary: 'a probe failed', details: [] }
  await appendFile(join(runDir, 'journal.jsonl'), `${JSON.stringify(event)}\n`)
  const { findings, verdict } = await judged()
  expect(verdict).toBe('unknown')
  expect(findings.find(({ id }) => id === 'nothing-else-replaced')?.summary).toMatch(
    /^the cluster was not healthy before the fault: /,
  )
})

test('a check that is newer than the run says nothing of it, unless the run ended before it was due', () => {
  const collected = (check: string, when: string) => ({ seq: 0, atMs: 0, type: 'evidence.collected', check, when })
  const check = { id: 'new', collect: { settled: () => Promise.resolve() } }
  expect(isOfRun(check, [collected('old', 'baseline'), collected('old', 'settled')])).toBe(false)
  expect(
    isOfRun(check, [collected('old', 'settled'), { ...collected('new', 'settled'), type: 'evidence.missing' }]),
  ).toBe(true)
  expect(isOfRun(check, [collected('old', 'baseline')])).toBe(true)
  expect(isOfRun({ id: 'new' }, [collected('old', 'settled')])).toBe(true)
})

test('the fixture holds no secret', () => {
  expect(leaksIn(stored)).toEqual([])
})
