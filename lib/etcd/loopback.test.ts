import { expect, it } from 'vitest'
import { clientUrlOf, loopbackOf } from './loopback.ts'

it.each([
  ['10.0.0.1', '127.0.0.1', 'https://127.0.0.1:2379'],
  ['fd00::1', '::1', 'https://[::1]:2379'],
])('a member at %s listens at %s', (address, loopback, url) => {
  expect([loopbackOf({ address }), clientUrlOf({ address })]).toEqual([loopback, url])
})
