import { expect, it } from 'vitest'
import { connectionsIn, linesInBoth, peersIn, socketsIn } from './connections.ts'

const tracked = `tcp      6 86381 ESTABLISHED src=172.18.0.13 dst=10.96.0.1 sport=38038 dport=443 src=172.18.0.12 dst=172.18.0.13 sport=6443 dport=52128 [ASSURED] mark=0 use=1
tcp      6 9 CLOSE src=10.244.1.4 dst=10.96.0.1 sport=37114 dport=443 src=172.18.0.12 dst=172.18.0.13 sport=6443 dport=37114 [ASSURED] mark=0 use=1
ipv4     2 tcp      6 26 TIME_WAIT src=10.244.0.2 dst=10.96.0.1 sport=56514 dport=443 src=172.18.0.12 dst=10.244.0.2 sport=6443 dport=56514 [ASSURED] mark=0 zone=0 use=2
tcp      6 100 SYN_SENT src=10.244.0.2
`

it('reads connection tracking, with the port by which the API server knows a masqueraded client', () => {
  expect(connectionsIn(tracked)).toEqual([
    {
      source: '172.18.0.13',
      sourcePort: 38038,
      destination: '10.96.0.1',
      destinationPort: 443,
      address: '172.18.0.13',
      port: 52128,
    },
    {
      source: '10.244.1.4',
      sourcePort: 37114,
      destination: '10.96.0.1',
      destinationPort: 443,
      address: '172.18.0.13',
      port: 37114,
    },
    {
      source: '10.244.0.2',
      sourcePort: 56514,
      destination: '10.96.0.1',
      destinationPort: 443,
      address: '10.244.0.2',
      port: 56514,
    },
  ])
})

it('reads IPv6 addresses as the kernel writes them', () => {
  const line =
    'ipv6     10 tcp      6 57 TIME_WAIT src=fd00:0010:0244:0002:0000:0000:0000:0002 dst=fd00:0010:0096:0000:0000:0000:0000:0001 sport=55944 dport=443 src=fc00:f853:0ccd:e793:0000:0000:0000:0004 dst=fd00:0010:0244:0002:0000:0000:0000:0002 sport=6443 dport=55944 [ASSURED]'
  expect(connectionsIn(line)).toMatchObject([
    { source: 'fd00:10:244:2::2', destination: 'fd00:10:96::1', address: 'fd00:10:244:2::2', port: 55944 },
  ])
})

it('reads open sockets, of IPv6 and of IPv4 in IPv6 too', () => {
  expect(
    socketsIn(
      'abc 10.0.0.2:9 10.96.0.1:443\ndef [fd00::2]:9 [fd00::1]:6443\nghi [::ffff:10.0.0.2]:9 [::ffff:10.0.0.1]:6443\n',
    ),
  ).toEqual([
    { container: 'abc', address: '10.96.0.1', port: 443 },
    { container: 'def', address: 'fd00::1', port: 6443 },
    { container: 'ghi', address: '10.0.0.1', port: 6443 },
  ])
  expect([...peersIn('172.18.0.13:52128\n[fd00::1]:5\n[::ffff:10.0.0.1]:7\n')]).toEqual([
    '172.18.0.13 52128',
    'fd00::1 5',
    '10.0.0.1 7',
  ])
})

it('takes for open what was open before', () => expect(linesInBoth('a\nb\nc', 'd\nc\na')).toBe('c\na'))
