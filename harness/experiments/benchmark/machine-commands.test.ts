import { expect, test } from 'vitest'
import { machineCommands } from './machine-commands.ts'

const event = (type: string, data: Record<string, string>) => ({ seq: 0, atMs: 0, type, ...data })
const reached = (milestone: string) => event('milestone.reached', { milestone })
const command = (node: string) => event('command.finished', { node })

test('only what ran from the start of the repair until the cluster was recovered, in all and on the machine with the most', () => {
  const repair = [command('one'), command('two'), event('step.started', { step: 'preflight' }), command('one')]
  const events = [command('two'), reached('recovery-started'), ...repair, reached('recovered'), command('two')]
  expect(machineCommands(events)).toEqual({ total: 3, most: 2 })
})

test('a repair without commands has none, and a cluster that was not recovered no figure', () => {
  expect(machineCommands([reached('recovery-started'), reached('recovered')])).toEqual({ total: 0, most: 0 })
  expect(machineCommands([reached('recovery-started'), command('one')])).toBeNull()
  expect(machineCommands([])).toBeNull()
})
