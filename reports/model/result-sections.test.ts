import { expect, test } from 'vitest'
import { emptyResult } from '../../harness/testing/recovery-results.ts'
import { outcomeText, resultSections } from './result-sections.ts'

type Result = typeof emptyResult

const textOf = (result: Result): string =>
  resultSections(result)
    .map(({ title, lines }) => `${title}: ${lines.join(' | ')}`)
    .join('\n')

test('a recovery that left nothing says that no client is rejected, and that nothing has the lost CA', () => {
  expect(outcomeText(emptyResult)).toBe('Recovered')
  expect(textOf(emptyResult)).toMatch(
    /^Rejected clients: No client is rejected.*\nStill has the lost CA or key: Nothing/,
  )
})

test('nothing to do needs no further words', () => {
  const result: Result = {
    ...emptyResult,
    outcome: 'nothing-to-do',
    rejectedClients: { state: 'unaffected', others: [], unseen: [] },
    lostTrust: { state: 'unaffected', found: [], unseen: [] },
  }
  expect(resultSections(result)).toEqual([])
})

test.each<[string, Partial<Result>, RegExp]>([
  [
    'a client that could not be seen',
    { rejectedClients: { state: 'unknown', others: [], unseen: [{ what: 'clients of m1', reason: 'no log' }] } },
    /unknown\. \| not seen: clients of m1 \(no log\)/,
  ],
  [
    'a client outside of the cluster',
    {
      rejectedClients: {
        state: 'some',
        others: [{ where: 'somebody at 192.0.2.7', reason: '401, 3 times' }],
        unseen: [],
      },
    },
    /Rejected clients: somebody at 192\.0\.2\.7: 401, 3 times/,
  ],
  [
    'what is held',
    { held: [{ what: 'the leases', until: 'within 60 s', reason: 'API down' }] },
    /Held still: the leases, within 60 s \(could not be given back: API down\)/,
  ],
  [
    'a machine, a pod and a CA',
    {
      left: [
        { kind: 'machine', name: 'w1', node: 'w1', reason: 'silent' },
        { kind: 'pod', name: 'a/b', node: 'w1', reason: 'gone' },
        { kind: 'ca', name: 'ca.crt', reason: 'no key' },
      ],
    },
    /w1: silent \| pod a\/b on w1: gone \| the CA ca\.crt: no key/,
  ],
  [
    'where a lost CA is',
    {
      lostTrust: {
        state: 'looked',
        found: [{ where: '/root/.kube/config', node: 'm1', lost: 'cluster-ca' }],
        unseen: [],
      },
    },
    /\/root\/\.kube\/config on m1: the lost CA/,
  ],
  [
    'a search that was not made',
    { lostTrust: { state: 'unknown', found: [], unseen: [] } },
    /Still has the lost CA or key: Unknown: the repair ended before it had looked/,
  ],
  [
    'a search that found nothing',
    { lostTrust: { state: 'looked', found: [], unseen: [] } },
    /Still has the lost CA or key: Nothing: no Secret[^|]*(\||$)/,
  ],
  [
    'private keys in a backup',
    { backups: [{ node: 'm1', directory: '/b', files: ['/a.key', '/c'] }] },
    /2 files on m1 in \/b; private keys are among them/,
  ],
  ['a backup without keys', { backups: [{ node: 'm1', directory: '/b', files: ['/a.yaml'] }] }, /1 file on m1 in \/b$/],
])('%s', (_, change, words) => {
  expect(textOf({ ...emptyResult, ...change })).toMatch(words)
})
