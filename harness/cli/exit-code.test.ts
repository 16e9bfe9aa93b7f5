import { CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { ClusterError } from '../model/errors.ts'
import { commandExitCode } from './exit-code.ts'

test.each([
  [new CommanderError(1, 'commander.unknownOption', 'unknown option'), 64],
  [new CommanderError(0, 'commander.helpDisplayed', ''), 0],
  [new ClusterError('kind failed'), 3],
])('%s: %i', (error, code) => {
  expect(commandExitCode(error)).toBe(code)
})
