import { expect, test } from 'vitest'
import { parseBudget, withBudgets } from './budget-option.ts'
import { findScenario } from './find-scenario.ts'

test('a budget replaces that of the scenario, with any number of control planes', () => {
  const given = parseBudget('nodes-ready=60', parseBudget('recovered=120.5'))
  const { milestones } = withBudgets(findScenario('lost-pki'), given).budgets
  expect(milestones).toMatchObject({ recovered: { ms: 120_500 }, 'nodes-ready': { ms: 60_000 } })
  expect(milestones['recovered']).not.toHaveProperty('perControlPlaneMs')
  expect(milestones['tokens-reissued']).toEqual(findScenario('lost-pki').budgets.milestones['tokens-reissued'])
})

test.each(['recovered', 'recovered=', 'recovered=0', 'recovered=-1', 'recovered=1m'])('%s is no budget', (word) => {
  expect(() => parseBudget(word)).toThrow(/recovered=120/)
})

test('a milestone without a budget is refused, with those that have one', () => {
  expect(() => withBudgets(findScenario('lost-pki'), { recoverd: 1 })).toThrow(/no budget for recoverd/)
  const noop = findScenario('noop')
  const unmeasured = { ...noop, budgets: { ...noop.budgets, milestones: {} } }
  expect(() => withBudgets(unmeasured, { recovered: 1 })).toThrow(/noop has no budget/)
})
