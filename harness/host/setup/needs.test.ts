import { describe, expect, test } from 'vitest'
import { freshMachineFake, setupFactsFake } from '../../testing/setup-facts-fake.ts'
import { needIds, type NeedId } from './need.ts'
import { needsOf } from './needs.ts'
import { planSetup } from './plan-setup.ts'
import { privilegedCheckOf } from './privileged-check.ts'
import type { SetupFacts } from './setup-facts.ts'

const yes = { ok: true, found: 'yes' }
const needs = (facts: SetupFacts, privileged: typeof yes | undefined = yes) =>
  needsOf(facts, planSetup(facts, { runtimeScript: '' }), privileged)
const need = (facts: SetupFacts, id: NeedId, privileged?: typeof yes) =>
  needs(facts, privileged).find((one) => one.id === id)
const wanting = (facts: SetupFacts) => needs(facts).flatMap(({ id, state }) => (state === 'ok' ? [] : [id]))

test('a machine that has everything: every line is ok and asks for nothing', () => {
  const all = needs(setupFactsFake())
  expect(all.map(({ id }) => id)).toEqual([...needIds])
  expect(all.map(({ state, fix }) => [state, fix])).toEqual(needIds.map(() => ['ok', '']))
})

test('a fresh machine: each line that is not ok says what fixes it', () => {
  const all = needsOf(freshMachineFake(), planSetup(freshMachineFake(), { runtimeScript: '' }), undefined)
  const bad = all.filter(({ state }) => state !== 'ok')
  expect(bad.map(({ id }) => id)).toEqual([
    'engine',
    'privileged',
    'kind',
    'workload-image',
    'node-image',
    'balancer-image',
    'disk',
    'inotify',
    'ip-forward',
  ])
  expect(bad.every(({ fix }) => fix !== '')).toBe(true)
  expect(all.find(({ id }) => id === 'privileged')?.found).toBe('not checked: no engine')
})

describe('the exact command', () => {
  test('for root and for sudo', () => {
    const low = { inotifyInstances: 128 }
    expect(need(setupFactsFake({ host: low }), 'inotify')?.fix).toBe(
      'echo 1024 > /proc/sys/fs/inotify/max_user_instances',
    )
    expect(need(setupFactsFake({ host: { ...low, rights: 'sudo' } }), 'inotify')?.fix).toBe(
      "sudo sh -c 'echo 1024 > /proc/sys/fs/inotify/max_user_instances'",
    )
  })

  test('is setup where drill builds something itself', () => {
    const node = { ref: 'drill.local/node:1', there: false, asked: false }
    expect(need(setupFactsFake({ images: { node } }), 'node-image')).toMatchObject({
      state: 'missing',
      fix: 'npx --no-install drill setup',
    })
  })

  test('is the obstacle, where there is one', () => {
    const facts = setupFactsFake({ host: { go: undefined }, kind: undefined })
    expect(need(facts, 'go')).toMatchObject({ state: 'missing', fix: 'https://go.dev/doc/install' })
  })
})

test.each<[NeedId, SetupFacts]>([
  ['cores', setupFactsFake({ host: { cores: 1 } })],
  ['memory', setupFactsFake({ host: { memory: { totalMb: 2_000, availableMb: 1_449 } } })],
  ['disk', setupFactsFake({ engine: { freeDiskMb: 2_999 } })],
  ['inotify', setupFactsFake({ host: { inotifyWatches: 8_192 } })],
  ['kind', setupFactsFake({ kind: { path: '/usr/bin/kind', version: '0.32.0', fits: false } })],
])('%s can be too low, and is then the only line', (id, facts) => {
  expect(wanting(facts)).toEqual([id])
  expect(need(facts, id)?.state).toBe('too-low')
})

test('Go may be absent once everything is built', () => {
  expect(need(setupFactsFake({ host: { go: undefined } }), 'go')).toMatchObject({
    state: 'ok',
    found: 'not installed; nothing is left to build',
  })
})

test('a privileged container that was not tried is not called ok', () => {
  const facts = setupFactsFake()
  const untried = needsOf(facts, planSetup(facts, { runtimeScript: '' }), undefined).find(
    ({ id }) => id === 'privileged',
  )
  expect(untried).toMatchObject({ state: 'missing', found: 'not checked: the engine has no image yet' })
})

test.each([
  [{ exitCode: 0, stderr: '' }, true],
  [{ exitCode: 127, stderr: 'docker: … exec: "true": executable file not found in $PATH: unknown.' }, true],
  [{ exitCode: 126, stderr: 'docker: … unable to apply caps: operation not permitted: unknown.' }, false],
  [{ exitCode: 125, stderr: 'docker: Cannot connect to the Docker daemon' }, false],
  [{ exitCode: 124, stderr: '' }, false],
])('docker run that ended with %o: %s', (result, ok) => {
  expect(privilegedCheckOf(result).ok).toBe(ok)
})
