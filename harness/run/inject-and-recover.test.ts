import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openJournal, type OpenJournal } from '../store/journal.ts'
import { fakeCluster, fakeDrill, type FakeWorld } from '../testing/fake-drill.ts'
import { injectAndRecover } from './inject-and-recover.ts'

let runDir: string
let journal: OpenJournal
const controller = new AbortController()
beforeEach(async () => {
  runDir = await mkdtemp(join(tmpdir(), 'drill-loop-'))
  journal = openJournal('/dev/null')
})
afterEach(async () => {
  journal[Symbol.dispose]()
  await rm(runDir, { recursive: true })
})

async function recovered(world: FakeWorld, change: object = {}) {
  const fake = fakeDrill(runDir, journal, controller.signal)
  const [plan, ports] = [{ ...fake.planOf(world), ...change }, fake.portsOf(world)]
  const context = ports.context(plan, fakeCluster, journal, controller.signal)
  const hidden: string[] = []
  const machine = { name: 'm1', exec: async (argv: readonly string[]) => hidden.push(argv.join(' ')) }
  const cluster = { ...fakeCluster, machines: [machine as never] }
  const beforeRepair = async () => void fake.calls.push('before the repair')
  const result = await injectAndRecover({ ports, plan, context: { ...context, cluster }, beforeRepair })
  const failure = await result.ended
  return { calls: fake.calls, hidden, proof: result.proof.result, failure }
}

test('loses, proves, repairs, and hides what only kind has', async () => {
  expect(await recovered({})).toEqual({
    calls: ['inject', 'before the repair', 'step one', 'step two', 'recovered'],
    hidden: ['rm -f /kind/kubeadm.conf'],
    proof: 'confirmed',
    failure: undefined,
  })
})

test.each(['mismatch', 'inconclusive'] as const)('repairs nothing when the proof is %s', async (proof) => {
  expect(await recovered({ proof })).toMatchObject({ calls: ['inject'], proof })
})

test('repairs nothing without a recovery, or where it is only planned', async () => {
  expect((await recovered({}, { recovery: undefined })).calls).toEqual(['inject'])
  expect((await recovered({}, { planOnly: true })).calls).toEqual(['inject', 'before the repair'])
})

test('a repair that fails is a result and an event', async () => {
  const ports = { repair: () => Promise.reject(new Error('no etcd')) }
  expect((await recovered({ ports })).failure).toEqual(['no etcd'])
  expect(journal.events.at(-1)).toMatchObject({ type: 'recovery.failed', recovery: 'library', chain: ['no etcd'] })
})
