import { expect, test } from 'vitest'
import { nodeOf, shellLineFor, specOf } from './node-spec.ts'

test('a machine survives the way through plain data', () => {
  const spec = { kind: 'docker', name: 'cp', role: 'control-plane', address: '10.0.0.1' } as const
  const machine = nodeOf(JSON.parse(JSON.stringify(spec)) as typeof spec)
  expect(machine).toMatchObject({ name: 'cp', role: 'control-plane', address: '10.0.0.1' })
  expect(specOf(machine)).toEqual(spec)
})

test('the line for a shell quotes what it is given', () => {
  const spec = { kind: 'docker', name: 'cp', role: 'worker', address: '' } as const
  expect(shellLineFor(spec, { MARK: 'a b' })).toBe(
    `docker exec --privileged --interactive --env 'MARK=a b' cp bash -c "$*"`,
  )
})
