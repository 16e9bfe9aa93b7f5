import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Loss } from '../model/scenario.ts'
import { openJournal, type OpenJournal } from '../store/journal.ts'
import { fakeCluster, fakeDrill, type FakeWorld } from '../testing/fake-drill.ts'
import { earlierDisaster } from './earlier-disaster.ts'

let runDir: string
let journal: OpenJournal
beforeEach(async () => {
  runDir = await mkdtemp(join(tmpdir(), 'drill-earlier-'))
  journal = openJournal('/dev/null')
})
afterEach(async () => {
  journal[Symbol.dispose]()
  await rm(runDir, { recursive: true })
})

/** The past of a fake drill; `edited`: what the proof of the edits says. */
async function past(world: FakeWorld, edited: 'confirmed' | 'mismatch' = 'confirmed') {
  const { signal } = new AbortController()
  const fake = fakeDrill(runDir, journal, signal)
  const [plan, ports] = [fake.planOf(world), fake.portsOf(world)]
  const edits: Loss = {
    ...{ id: 'edits', title: 'edits', provedBy: [], replaces: [], supports: () => ({ ok: true }) },
    inject: async (context) => {
      fake.calls.push('edit')
      context.journal.append({ type: 'fault.edited' })
    },
    prove: async () => ({ result: edited, summary: 'looked', details: [] }),
  }
  const context = ports.context(plan, fakeCluster, journal, signal)
  const crashPoint = { when: 'after', step: 'one', command: 1 } as const
  const whole = { ...plan, crashPoint, planOnly: true } as const
  const error = await earlierDisaster(ports, whole, context, { losses: plan.scenario.losses, edits }).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  return { calls: fake.calls, types: journal.events.map(({ type }) => type), error }
}

test('loses, repairs to the end although the drill is to kill or only plan its repair, and edits', async () => {
  const { calls, error } = await past({})
  expect(error).toBeUndefined()
  expect(calls).toEqual(['inject', 'step one', 'step two', 'recovered', 'edit'])
})

test('nothing of it is taken for an event of the drill', async () => {
  const { types } = await past({})
  expect(types).toContain('earlier.fault.injected')
  expect(types).toContain('earlier.fault.edited')
  // The fake repair writes into the journal of the drill itself.
  expect(types.filter((type) => /^(fault|recovery)/.test(type))).toEqual([])
})

test.each<[string, FakeWorld, 'confirmed' | 'mismatch', string]>([
  ['that is not proved', { proof: 'mismatch' }, 'confirmed', 'the earlier disaster did not come about: looked'],
  [
    'that is not repaired',
    { ports: { repair: () => Promise.reject(new Error('no etcd')) } },
    'confirmed',
    'the earlier disaster was not repaired: no etcd',
  ],
  ['whose edits are not in force', {}, 'mismatch', 'the edits did not come about: looked'],
])('a past %s ends the drill', async (_, world, edited, message) => {
  expect((await past(world, edited)).error).toMatchObject({ name: 'ClusterError', message })
})
