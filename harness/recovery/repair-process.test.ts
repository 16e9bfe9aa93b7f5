import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultOptions, waitFor } from '../../lib/index.ts'
import { processStart } from '../host/process/process-start.ts'
import type { EventData } from '../model/journal.ts'
import { crashTriggerAt } from './crash-point.ts'
import { repairProcess, type RepairWatch } from './repair-process.ts'

let runDir: string
beforeEach(() => {
  runDir = mkdtempSync(join(tmpdir(), 'drill-repair-process-'))
})
afterEach(() => rmSync(runDir, { recursive: true }))

const program = fileURLToPath(import.meta.resolve('./testing/fake-repair.ts'))

function start(id: string, watch: Partial<RepairWatch> = {}) {
  const events: EventData[] = []
  const order = {
    what: 'repair',
    nodes: [],
    recovery: { id, options: defaultOptions },
    runDir,
    originNs: '0',
  } as const
  const signal = new AbortController().signal
  return { events, ended: repairProcess(order, { onEvent: (event) => events.push(event), signal, program, ...watch }) }
}

/** The fake and the command that it started; rejects while they are not known. */
async function pids(): Promise<number[]> {
  const read = async () => readFileSync(join(runDir, 'pids'), 'utf8').split(' ').map(Number)
  return waitFor('the repair runs', read, { timeoutMs: 10_000, intervalMs: 50 })
}

const ended = async (all: readonly number[]) => {
  const gone = async () => (await Promise.all(all.map(processStart))).every((started) => started === undefined)
  return waitFor('all of it has ended', gone, { timeoutMs: 10_000, intervalMs: 50 })
}

test('its events reach the journal, and its plan the caller', async () => {
  const { events, ended: end } = start('works')
  expect(await end).toEqual({ killed: false, plan: [{ id: 'one', title: 'one', actions: [] }] })
  expect(events.map(({ type }) => type)).toEqual(['step.started', 'step.finished'])
})

test('what it failed with keeps its name and its causes', async () => {
  const error = await start('fails').ended.catch((cause: unknown) => cause)
  expect(error).toMatchObject({
    name: 'StepError',
    cause: { name: 'PreconditionError', message: 'no data', reason: 'etcd-data-missing' },
  })
})

test('one that dies by itself is no success', async () => {
  await expect(start('dies').ended).rejects.toThrow(/ended without a result \(exit code 7\)/)
})

test('a repair is killed in a step with all that it started', async () => {
  const { ended: end } = start('hangs', { crashTrigger: crashTriggerAt({ when: 'in', step: 'one', command: 1 }) })
  const all = await pids()
  expect(await end).toEqual({ killed: true })
  await ended(all)
}, 15_000)

test('a crash point that was never reached is reported', async () => {
  expect(
    await start('works', { crashTrigger: crashTriggerAt({ when: 'after', step: 'two', command: 1 }) }).ended,
  ).toMatchObject({
    killed: false,
  })
})

test('an interrupted drill ends it', async () => {
  const controller = new AbortController()
  const { ended: end } = start('hangs', { signal: controller.signal })
  const [repair = 0, command = 0] = await pids()
  controller.abort(new Error('interrupted by SIGINT'))
  await expect(end).rejects.toThrow('interrupted by SIGINT')
  await ended([repair])
  process.kill(command, 'SIGKILL')
})
