import { describe, expect, it, test } from 'vitest'
import { finishRecovery, libraryRecovery, stepsOf } from '../recovery.ts'
import { PreconditionError, StepError } from './errors.ts'
import type { RecoveryEvent } from './recovery-event.ts'
import { lastWatch, resultOf, trustSearch, type RecoveryEnd } from './result-of.ts'

const step = (how: 'started' | 'finished' | 'skipped', id: string): RecoveryEvent => {
  return { type: `step.${how}`, step: id, title: id }
}
const whole = [lastWatch, trustSearch].flatMap((id) => [step('started', id), step('finished', id)])
const untouched = [lastWatch, trustSearch].map((id) => step('skipped', id))
const recovered: RecoveryEnd = { kind: 'recovered' }
const refusal = new PreconditionError('bring the key', { reason: 'ca-key-missing' })
const failedIn = (cause: Error) => new StepError('start-etcd', { cause })
const nodeLeft: RecoveryEvent = { type: 'node.left', node: 'w1', reason: 'not Ready since May' }
const clientLeft: RecoveryEvent = { type: 'client.left', node: 'w1', pod: 'default/ci', reason: '401, 4 times' }
const unobserved: RecoveryEvent = { type: 'clients.unobserved', node: 'm1', reason: 'profiling is off' }

test('what is left is told with its kind, place and reason, each once by the last word on it', () => {
  const pod = (reason: string): RecoveryEvent => ({ type: 'pod.left', node: 'w1', pod: 'default/web', reason })
  const ca: RecoveryEvent = { type: 'ca.kept-without-key', file: 'ca.crt', isExternal: false, reason: 'lost' }
  const { left } = resultOf([pod('starts'), clientLeft, pod('not Ready'), ca], recovered)
  expect(left).toEqual([
    { kind: 'pod', name: 'default/web', node: 'w1', reason: 'not Ready' },
    { kind: 'client', name: 'default/ci', node: 'w1', reason: '401, 4 times' },
    { kind: 'ca', name: 'ca.crt', reason: 'lost' },
  ])
})

test('a Node counts as back only by its own event, after it was left', () => {
  const back = (node: string): RecoveryEvent => ({ type: 'node.back', node })
  expect(resultOf([nodeLeft, back('w2')], recovered).left).toHaveLength(1)
  expect(resultOf([nodeLeft, clientLeft], recovered).left).toHaveLength(2)
})

test('without a failure there is none, and one without a step or a reason names neither', () => {
  expect(resultOf(whole, recovered)).not.toHaveProperty('failure')
  expect(resultOf([], { kind: 'error', error: new Error('no'), began: true }).failure).toStrictEqual({ message: 'no' })
})

describe('the outcome', () => {
  test.each<[string, readonly RecoveryEvent[], RecoveryEnd, string]>([
    ['all is whole', whole, recovered, 'recovered'],
    ['nothing was lost', [], { kind: 'nothing-to-do' }, 'nothing-to-do'],
    [
      'nothing was lost, and the key of a CA has been gone for long',
      [{ type: 'ca.kept-without-key', file: 'ca.crt', isExternal: false, reason: 'lost' }],
      { kind: 'nothing-to-do' },
      'nothing-to-do',
    ],
    ['a Node was left', [nodeLeft, ...whole], recovered, 'degraded'],
    ['a Node was left, and came back', [nodeLeft, { type: 'node.back', node: 'w1' }, ...whole], recovered, 'recovered'],
    [
      'a Node was left after it had come back',
      [{ type: 'node.back', node: 'w1' }, nodeLeft, ...whole],
      recovered,
      'degraded',
    ],
    [
      'a pod is not Ready again',
      [{ type: 'pod.left', node: 'w1', pod: 'default/web', reason: 'not Ready' }, ...whole],
      recovered,
      'degraded',
    ],
    ['a client is rejected', [clientLeft, ...whole], recovered, 'degraded'],
    [
      'a static pod of an operator is gone',
      [{ type: 'static-pod.lost', node: 'm1', pod: 'kube-system/vip', reason: 'gone' }, ...whole],
      recovered,
      'degraded',
    ],
    [
      'a token cannot be reissued',
      [{ type: 'token.left', node: 'w1', pod: 'default/old', reason: 'no account' }, ...whole],
      recovered,
      'degraded',
    ],
    [
      'an object cannot be written',
      [{ type: 'object.left', object: 'Secret default/ci', reason: 'immutable' }, ...whole],
      recovered,
      'degraded',
    ],
    [
      'the key of a CA is lost',
      [...whole, { type: 'ca.kept-without-key', file: 'ca.crt', isExternal: false, reason: 'lost' }],
      recovered,
      'degraded',
    ],
    [
      'the CA is external',
      [...whole, { type: 'ca.kept-without-key', file: 'ca.crt', isExternal: true, reason: 'elsewhere' }],
      recovered,
      'recovered',
    ],
    ['whom the API rejects cannot be seen', [unobserved, ...whole], recovered, 'recovered'],
    ['refused in the preflight', [], { kind: 'error', error: failedIn(refusal), began: false }, 'refused'],
    ['refused before any machine was asked', [], { kind: 'error', error: refusal, began: false }, 'refused'],
    [
      'refused when something may have been changed',
      [],
      { kind: 'error', error: failedIn(refusal), began: true },
      'failed',
    ],
    [
      'a failure before anything was changed',
      [],
      { kind: 'error', error: failedIn(new Error('x')), began: false },
      'failed',
    ],
    ['a failure with something left', [nodeLeft], { kind: 'error', error: new Error('x'), began: true }, 'failed'],
  ])('%s', (_, events, end, outcome) => {
    expect(resultOf(events, end).outcome).toBe(outcome)
  })
})

describe('no client is rejected', () => {
  const aborted: RecoveryEnd = { kind: 'error', error: new Error('x'), began: true }
  test.each<[string, readonly RecoveryEvent[], RecoveryEnd, string, number]>([
    ['is said where each was watched', whole, recovered, 'none', 0],
    ['is not said where an API server does not log whom it rejects', [unobserved, ...whole], recovered, 'unknown', 1],
    ['is not said where one is left', [clientLeft, unobserved, ...whole], recovered, 'some', 1],
    [
      'is not said where somebody outside of the cluster is',
      [{ type: 'client.unknown', where: 'somebody at 192.0.2.7', reason: '401, 3 times' }, ...whole],
      recovered,
      'some',
      0,
    ],
    ['is not said of a repair that ended early', [], aborted, 'unknown', 1],
    ['is not said of a repair that does not ask', [], recovered, 'unknown', 1],
    ['is no question where nothing was replaced that they use', untouched, recovered, 'unaffected', 0],
    ['is no question where nothing was to do', [], { kind: 'nothing-to-do' }, 'unaffected', 0],
    ['is no question where the repair refused', [], { kind: 'error', error: refusal, began: false }, 'unaffected', 0],
  ])('%s', (_, events, end, ...expected) => {
    const { rejectedClients } = resultOf(events, end)
    expect([rejectedClients.state, rejectedClients.unseen.length]).toEqual(expected)
  })

  it('rests on steps that both recoveries have', () => {
    for (const recovery of [libraryRecovery(), finishRecovery()])
      expect(stepsOf(recovery).map(({ id }) => id)).toEqual(expect.arrayContaining([lastWatch, trustSearch]))
  })
})

it('a failure says what is held and until when, what was given back, and how to go on', () => {
  const events: RecoveryEvent[] = [
    { type: 'write.refused', what: 'the new CA in default', reason: 'webhook guard does not answer' },
    { type: 'write.refused', what: 'the new CA in default', reason: 'webhook guard does not answer' },
    { type: 'hold.kept', what: 'the leases', until: 'within 60 s', message: 'the API is down' },
    { type: 'hold.given-back', what: 'the log level' },
  ]
  const error = failedIn(new Error('no quorum'))
  expect(resultOf(events, { kind: 'error', error, began: true })).toMatchObject({
    failure: { message: 'no quorum', step: 'start-etcd' },
    held: [{ what: 'the leases', until: 'within 60 s', reason: 'the API is down' }],
    givenBack: ['the log level'],
    next: [
      expect.stringMatching(/the new CA in default.*webhook guard/),
      expect.stringMatching(/^Run the repair again/),
    ],
  })
})

it('a repair that was killed holds what it took and did not release', () => {
  const events: RecoveryEvent[] = [
    { type: 'hold.taken', what: 'the leases', until: 'within 60 s' },
    { type: 'hold.taken', what: 'a bootstrap token', until: 'within 30 minutes' },
    { type: 'hold.taken', what: 'the log level', until: 'within 10 minutes' },
    { type: 'hold.released', what: 'the leases' },
    { type: 'hold.given-back', what: 'a bootstrap token' },
  ]
  expect(resultOf(events, { kind: 'error', error: new Error('killed'), began: true }).held).toEqual([
    { what: 'the log level', until: 'within 10 minutes', reason: 'the repair ended before it could give it back' },
  ])
})

it('a refusal has its reason', () => {
  expect(resultOf([], { kind: 'error', error: failedIn(refusal), began: false })).toMatchObject({
    failure: { message: 'bring the key', step: 'start-etcd', reason: 'ca-key-missing' },
    next: [],
  })
})

it('an abort without an Error is a failure in words', () => {
  expect(resultOf([], { kind: 'error', error: 'stopped', began: true })).toMatchObject({
    outcome: 'failed',
    failure: { message: 'stopped' },
  })
})

it('files that were backed up stand under their directory, each once', () => {
  const file = (node: string, path: string, directory: string): RecoveryEvent => {
    return { type: 'file.backed-up', node, path, directory }
  }
  const events = [
    file('m1', '/a', '/b/1'),
    file('m1', '/a', '/b/1'),
    file('m1', '/c', '/b/1'),
    file('w1', '/a', '/b/1'),
  ]
  expect(resultOf(events, recovered).backups).toEqual([
    { node: 'm1', directory: '/b/1', files: ['/a', '/c'] },
    { node: 'w1', directory: '/b/1', files: ['/a'] },
  ])
})

describe('what still has a lost CA or key', () => {
  const left: RecoveryEvent = { type: 'trust.left', where: 'Secret default/ci', lost: 'cluster-ca' }
  const unseen: RecoveryEvent = { type: 'trust.unseen', where: 'every Secret', reason: 'the API did not list them' }
  const retired: RecoveryEvent = { type: 'sa-key.retired', keyId: '0123456789' }
  test.each<[string, readonly RecoveryEvent[], string, number, number]>([
    ['nothing', whole, 'looked', 0, 0],
    ['a Secret', [left, ...whole], 'looked', 1, 0],
    ['what could not be read is named', [left, unseen, ...whole], 'looked', 1, 1],
    ['nothing was replaced', untouched, 'unaffected', 0, 0],
    ['nobody has looked', [], 'unknown', 0, 0],
    ['sa.pub, until the repair is finished', [retired, ...whole], 'looked', 1, 0],
    ['sa.pub, and there was nothing else to look for', [retired, ...untouched], 'looked', 1, 0],
  ])('%s', (_, events, ...expected) => {
    const { lostTrust } = resultOf(events, recovered)
    expect([lostTrust.state, lostTrust.found.length, lostTrust.unseen.length]).toEqual(expected)
  })

  it('of a machine that did not answer nothing was seen', () => {
    const away: RecoveryEvent = { type: 'machine.unreachable', node: 'w2', reason: 'no route' }
    const { outcome, left, rejectedClients, lostTrust, next } = resultOf([away, ...whole], recovered)
    expect([outcome, rejectedClients.state]).toEqual(['degraded', 'unknown'])
    expect(left).toEqual([{ kind: 'machine', name: 'w2', node: 'w2', reason: 'no route' }])
    expect(rejectedClients.unseen).toContainEqual({ what: 'clients on w2', reason: 'no route' })
    expect(lostTrust.unseen).toContainEqual({ what: 'the files on w2', reason: 'no route' })
    expect(next).toEqual([expect.stringMatching(/^Run the repair again .*: w2\./)])
  })
})

it('what was made is named with its reason', () => {
  const made: RecoveryEvent = {
    type: 'credential.made',
    node: 'm1',
    path: '/etc/kubernetes/super-admin.conf',
    reason: 'x',
  }
  expect(resultOf([made, ...whole], recovered).opened).toEqual([
    { what: '/etc/kubernetes/super-admin.conf', node: 'm1', reason: 'x' },
  ])
})
