import { describe, expect, it } from 'vitest'
import { GateError } from '../errors.ts'
import type { Host } from '../site.ts'
import { fakeNode } from '../testing/fake-node.ts'
import { authoritySource, halves, holdings, packAuthorities, sharedFiles, type SharedFile } from './authorities.ts'

const signal = new AbortController().signal
const host = (name: string, answers = {}): Host => ({
  node: fakeNode(name, 'control-plane', answers),
  address: '10.0.0.1',
  facts: {} as Host['facts'],
  ranWith: new Map(),
  storedKeys: [],
})
const held = (files: readonly SharedFile[], sum = 'a') => new Map(files.map((file) => [file, sum]))

describe('authoritySource', () => {
  it('is the control plane that holds all of them', () => {
    const [m1, m2] = [host('m1'), host('m2')]
    expect(
      authoritySource([
        [m1, held(['ca.crt'])],
        [m2, held(sharedFiles)],
      ]),
    ).toBe(m2)
  })

  it('is nobody when nobody holds all', () => {
    expect(
      authoritySource([
        [host('m1'), held([])],
        [host('m2'), held(['sa.pub'])],
      ]),
    ).toBeUndefined()
  })

  it('refuses to choose between two', () => {
    const both = [
      [host('m1'), held(sharedFiles)],
      [host('m2'), held(['ca.key'], 'b')],
    ] as const
    expect(() => authoritySource(both)).toThrow(GateError)
    expect(() => authoritySource(both)).toThrow('ca.key differs between m1 and m2')
  })
})

it('sets half a pair aside, but never the key of service accounts, from which the other half follows', () => {
  expect(halves(held(['ca.crt', 'etcd/ca.crt', 'etcd/ca.key', 'sa.key']))).toEqual(['ca.crt'])
  expect(halves(held(['sa.pub', 'front-proxy-ca.key']))).toEqual(['front-proxy-ca.key', 'sa.pub'])
  expect(halves(held(sharedFiles))).toEqual([])
})

it('reads which authorities are there', async () => {
  const m1 = host('m1', { 'see which authorities are there': '0a  ca.crt\nff  etcd/ca.key\n' })
  expect([...(await holdings(m1, '/pki', signal))]).toEqual([
    ['ca.crt', '0a'],
    ['etcd/ca.key', 'ff'],
  ])
})

it('keeps private keys out of every record', async () => {
  const m1 = host('m1', { 'pack the authorities': 'cGFja2Vk' })
  expect(await packAuthorities(m1, '/pki', signal)).toBe('cGFja2Vk')
  expect((m1.node as ReturnType<typeof fakeNode>).commands[0]?.options.secret).toBe(true)
})
