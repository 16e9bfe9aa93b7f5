import { Command } from 'commander'
import { expect, it } from 'vitest'
import { defaultOptions } from '../../lib/index.ts'
import { addRecoveryOptions, recoveryOptionsOf, type RecoveryFlags } from './recovery-options.ts'

function parsed(...argv: readonly string[]) {
  const command = addRecoveryOptions(
    new Command('recover').exitOverride().configureOutput({ writeErr: () => undefined }),
  )
  return recoveryOptionsOf(command.parse(argv, { from: 'user' }).opts<RecoveryFlags>())
}

it('gives the defaults of the library', () => {
  expect(parsed()).toEqual(defaultOptions)
})

it.each([
  [['--replace', 'ca'], ['ca']],
  [
    ['--replace', 'ca,front-proxy-ca'],
    ['ca', 'front-proxy-ca'],
  ],
  [
    ['--replace', 'ca', '--replace', 'etcd-ca, ca'],
    ['ca', 'etcd-ca'],
  ],
])('%j has %j replaced', (argv, replace) => {
  expect(parsed(...argv).replace).toEqual(replace)
})

it.each(['sa-key', 'ca,', 'ca.key'])('refuses --replace %s', (value) => {
  expect(() => parsed('--replace', value)).toThrow('use ca, etcd-ca, front-proxy-ca')
})

it('waits as many times as long as the operator says', () => {
  expect(parsed('--timeout-factor', '2.5').timeoutFactor).toBe(2.5)
  for (const value of ['0', '-1', 'x', '101', ''])
    expect(() => parsed('--timeout-factor', value)).toThrow('Use a number above 0, up to 100.')
})
