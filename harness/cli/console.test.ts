import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { EventData } from '../model/journal.ts'
import { emptyResult } from '../testing/recovery-results.ts'
import { openConsole } from './console.ts'

/** What the console prints for these events, one second apart, on a stream that is no terminal. */
function linesOf(...events: readonly EventData[]): readonly string[] {
  let text = ''
  const stream = {
    isTTY: false as const,
    columns: 80,
    write: (part: string | Uint8Array) => (text += String(part)) !== '',
  }
  const output = openConsole({ json: false, verbose: false, stream: stream })
  for (const [index, event] of events.entries()) output.event({ seq: index, atMs: index * 1000, ...event })
  output.close()
  return stripVTControlCharacters(text).trimEnd().split('\n')
}

test('the first line names scenario, topology and run directory', () => {
  expect(
    linesOf({ type: 'run.planned', scenario: 'lost-pki', controlPlanes: 3, workers: 2, runDir: 'runs/x' }),
  ).toEqual([' 0:00  lost-pki: 3 control plane(s), 2 worker(s)  runs/x'])
})

test('a phase, its step, and a crash point that was not reached', () => {
  expect(
    linesOf(
      { type: 'phase.started', title: 'Recover' },
      { type: 'step.started', title: 'Start etcd' },
      { type: 'command.finished', node: 'm1', command: 'true', exitCode: 0, durationMs: 1 },
      { type: 'recovery.not-killed', where: 'in start-etcd' },
    ),
  ).toEqual([
    ' 0:00  Recover',
    ' 0:01    Start etcd',
    ' 0:03    crash point not reached (in start-etcd); the repair ran to completion',
  ])
})

test('a pod that was restarted, and one that is left', () => {
  const client = { pod: 'kube-system/coredns-1', node: 'm1' }
  expect(
    linesOf(
      { type: 'client.rejected', ...client, reason: 'bad certificate, once' },
      { type: 'client.restarted', ...client, reason: 'bad certificate, once' },
      { type: 'client.left', ...client, reason: '401, also after a restart' },
    ),
  ).toEqual([
    ' 0:01      restarted kube-system/coredns-1 on m1: bad certificate, once',
    ' 0:02      kube-system/coredns-1 on m1: 401, also after a restart',
  ])
})

test('what a repair came to: the outcome, and a line for each thing', () => {
  const result = {
    ...emptyResult,
    outcome: 'degraded',
    left: [{ kind: 'machine', name: 'w1', node: 'w1', reason: 'not Ready since May' }],
    lostTrust: { state: 'unaffected', found: [], unseen: [] },
  }
  expect(linesOf({ type: 'recovery.ended', result })).toEqual([
    ' 0:00    Recovered, but not everything',
    '          Not as it was before:',
    '            w1: not Ready since May',
    '          Rejected clients:',
    '            No client is rejected: each had the time to retry, and the API servers logged whom they reject.',
  ])
})

test('a result of another version is not guessed at', () => {
  expect(linesOf({ type: 'recovery.ended', result: { outcome: 'well' } })).toEqual([''])
})

test('a cause that the error already names is not said again', () => {
  const chain = ['step "start-etcd" failed: no quorum', 'no quorum', 'm2 does not answer']
  expect(linesOf({ type: 'recovery.failed', chain })).toEqual([
    ' 0:00    repair failed: step "start-etcd" failed: no quorum <- m2 does not answer',
  ])
})
