import { expect, it } from 'vitest'
import type { StaticPodSpec } from '../model.ts'
import { clientUrlOf, metricsUrlOf, placeOf } from './listen-urls.ts'

const member = (address: string, ...command: readonly string[]) => ({
  address,
  mirrorPodSpecs: new Map(command.length === 0 ? [] : [['etcd', { command } as unknown as StaticPodSpec] as const]),
})

it.each<[string, ReturnType<typeof member>, string]>([
  ['as kubeadm has it', member('10.0.0.1'), 'https://127.0.0.1:2379'],
  ['with IPv6', member('fd00::1'), 'https://[::1]:2379'],
  [
    'at its loopback address among others',
    member('10.0.0.1', '--listen-client-urls=https://10.0.0.1:2379,https://127.0.0.1:2379'),
    'https://127.0.0.1:2379',
  ],
  [
    'at the only one that an operator left it',
    member('10.0.0.1', '--listen-client-urls=https://10.0.0.1:12379'),
    'https://10.0.0.1:12379',
  ],
  ['at all', member('10.0.0.1', '--listen-client-urls=https://0.0.0.0:2379'), 'https://127.0.0.1:2379'],
  ['at all of IPv6', member('fd00::1', '--listen-client-urls=https://[::]:2379'), 'https://[::1]:2379'],
  ['by other flags', member('10.0.0.1', '--name=m1'), 'https://127.0.0.1:2379'],
])('a member is asked %s', (_, host, url) => {
  expect(clientUrlOf(host).origin).toBe(url)
})

it('a member gives its metrics by the flags that it ran with', () => {
  expect(metricsUrlOf(member('10.0.0.1')).origin).toBe('http://127.0.0.1:2381')
  expect(metricsUrlOf(member('10.0.0.1', '--listen-metrics-urls=http://10.0.0.1:9381')).origin).toBe(
    'http://10.0.0.1:9381',
  )
})

it('a place is an address and a port', () => {
  expect(placeOf(new URL('https://[::1]:2379'))).toEqual(['::1', 2379])
  expect(placeOf(new URL('https://10.0.0.1'))).toEqual(['10.0.0.1', 443])
})
