import { expect, test } from 'vitest'
import { peerAnswersOf } from './peer-trials.ts'

// As curl 8 and etcd 3.6 gave it.
const printed = `172.18.0.2 0 200 0.041207 -
172.18.0.3 56 000 0.030028 alert
172.18.0.4 60 000 0.000000 -
172.18.0.5 7 000 0.000000 -
172.18.0.6
`

test('accepted, refused by an alert, a server of another CA, and nobody there are told apart', () => {
  expect([...peerAnswersOf(printed)]).toEqual([
    ['172.18.0.2', { verified: true, status: 200, error: null }],
    ['172.18.0.3', { verified: true, status: null, error: 'TLS_ALERT' }],
    ['172.18.0.4', { verified: false, status: null, error: 'curl exited with 60' }],
    ['172.18.0.5', { verified: false, status: null, error: 'curl exited with 7' }],
  ])
})
