import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { localNode } from '../testing/local-node.ts'
import { bash, runScript } from './bash.ts'
import { openReceiver, sealFunction, unsealFunction } from './sealed.ts'

const { signal } = new AbortController()

it('brings a secret from one machine to another, and shows it to nobody in between', async () => {
  const secret = `very secret ${'x'.repeat(5000)}`
  const receiver = await openReceiver(localNode, signal)
  const seal = bash`${sealFunction(receiver)}
printf '%s' ${secret} | seal`
  const { stdout: sealed } = await runScript(localNode, 'seal', seal, { signal })
  expect(sealed).toMatch(/^-----BEGIN CMS-----/)
  expect(Buffer.from(sealed, 'base64').toString('latin1') + sealed).not.toContain('secret')
  const open = bash`${unsealFunction(receiver)}
trap 'rm -rf ${receiver.directory}' EXIT
unseal`
  const { stdout } = await runScript(localNode, 'open', open, { signal, input: sealed })
  expect(stdout).toBe(secret)
  expect(existsSync(receiver.directory)).toBe(false)
})

it('fails for whom it was not sealed', async () => {
  const [one, other] = await Promise.all([openReceiver(localNode, signal), openReceiver(localNode, signal)])
  const seal = bash`${sealFunction(one)}
echo secret | seal`
  const { stdout: sealed } = await runScript(localNode, 'seal', seal, { signal })
  const open = bash`${unsealFunction(other)}
trap 'rm -rf ${[one.directory, other.directory]}' EXIT
unseal`
  await expect(runScript(localNode, 'open', open, { signal, input: sealed })).rejects.toThrow('"open" exited')
})
