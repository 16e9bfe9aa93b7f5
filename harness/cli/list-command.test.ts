import { expect, test } from 'vitest'
import { scenarios } from '../../scenarios/index.ts'
import { supportsTopology } from '../model/scenario.ts'
import { listed } from './list-command.ts'
import { findScenario } from './find-scenario.ts'

test('a scenario tells what is drilled, with the exit code that is right', () => {
  expect(listed(findScenario('no-repair'))).toMatchObject({
    exitCode: 1,
    recovery: null,
    drills: [{ run: 'no-repair --control-planes 1 --workers 1', exitCode: 1, in: 'ci' }],
  })
  expect(listed(findScenario('lost-pki')).drills.map(({ run }) => run)).toContain(
    'lost-pki --control-planes 1 --workers 1 --interrupt-in start-etcd',
  )
})

test('an expected refusal is a drill that passes', () => {
  expect(listed({ ...findScenario('lost-pki'), expects: { refused: 'no-etcd-data' } }).exitCode).toBe(0)
})

test.each(scenarios)('$id is drilled, on topologies that it supports', (scenario) => {
  expect(scenario.drills.length).toBeGreaterThan(0)
  for (const { topology } of scenario.drills) expect(supportsTopology(scenario, topology)).toEqual({ ok: true })
})
