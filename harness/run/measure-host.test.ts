import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openJournal } from '../store/journal.ts'
import { createRunDirectory } from '../store/run-directory.ts'
import { fakeDrill } from '../testing/fake-drill.ts'
import { runDrill } from './run-drill.ts'

test('how short of processor time the host was is evidence and in the record, also of a drill that ends early', async () => {
  const out = await mkdtemp(join(tmpdir(), 'drill-host-'))
  try {
    const runDir = await createRunDirectory(out, 'run')
    using journal = openJournal(join(runDir, 'journal.jsonl'))
    const { signal } = new AbortController()
    const fake = fakeDrill(runDir, journal, signal)
    const samples = [0.1, 0.7, 0.2].map((waiting, index) => ({ atMs: index * 1000, overMs: 1000, waiting, busy: 0.5 }))
    const seen = { source: '/proc/pressure/cpu', cores: 2, samples }
    const ports = { watchCpuPressure: () => () => seen, createCluster: () => Promise.reject(new Error('no kind')) }
    const record = await runDrill(fake.planOf({}), fake.portsOf({ ports }), journal, signal)
    expect(record.cpuPressure).toEqual({ source: seen.source, samples: 3, median: 0.2, max: 0.7 })
    expect(JSON.parse(await readFile(join(runDir, 'evidence', 'cpu-pressure.json'), 'utf8'))).toEqual(seen)
  } finally {
    await rm(out, { recursive: true })
  }
})
