import { describe, expect, it } from 'vitest'
import { PreconditionError } from '../../engine/errors.ts'
import { makeSaKey, saKeyFacts, without } from '../../testing/sa-keys.ts'
import { assessSaKey } from './assess-sa-key.ts'
import type { SaKeyFacts } from './sa-key-facts.ts'
import { droppedIn, tokenKeysIn, withDropped, withRetired } from '../token-keys.ts'

const [current, old, foreign] = [makeSaKey(), makeSaKey(), makeSaKey()]
const whole = (name: string, changes: Partial<SaKeyFacts> = {}) => saKeyFacts(name, current, changes)
/** A control plane that has lost both files, with the API server still running. */
const lost = (name: string) => without(whole(name), 'signing', 'publicText')
const assess = (...facts: SaKeyFacts[]) => assessSaKey(facts, false)
const keysIn = (text = '') => tokenKeysIn(text).map(({ keyId, retired }) => [keyId, retired])

describe('what is whole is left alone', () => {
  it.each<[string, SaKeyFacts[]]>([
    ['on one control plane', [whole('m1')]],
    ['on three', [whole('m1'), whole('m2'), whole('m3')]],
    ['where no API server answers', [without(whole('m1'), 'loaded')]],
    ['with a second key that an operator added', [whole('m1', { publicText: foreign.pem + current.pem })]],
    ['with a second key that is not loaded yet', [whole('m1', { publicText: current.pem + foreign.pem })]],
    [
      'where an API server verifies by a second file',
      [whole('m1', { loaded: [current, foreign], verifiesByOtherFiles: true })],
    ],
    [
      'while tokens of an old key are still accepted',
      [
        whole('m1', { publicText: withRetired(current.pem, [old]), loaded: [current, old] }),
        whole('m2', { publicText: withRetired(current.pem, [old]), loaded: [old] }),
      ],
    ],
  ])('%s', (_, facts) => expect(assessSaKey(facts, false)).toEqual({ kind: 'whole' }))

  it('and what is kept elsewhere too', () => {
    expect(assess({ ...lost('m1'), signsElsewhere: true }, whole('m2'))).toEqual({ kind: 'unknown' })
  })
})

describe('a key that exists is copied', () => {
  it('from a control plane that has it', () => {
    expect(assess(lost('m1'), whole('m2'), lost('m3'))).toEqual({
      kind: 'distribute',
      from: 'm2',
      installs: ['m1', 'm3'].map((name) => {
        return { name, key: true, publicText: current.pem, reason: 'sa.key is missing or cannot be read' }
      }),
    })
  })

  it('with what else the other control plane has in sa.pub', () => {
    const publicText = withRetired(current.pem, [old])
    const assessment = assess(lost('m1'), whole('m2', { publicText, loaded: [current, old] }))
    expect(assessment).toMatchObject({ installs: [{ name: 'm1', publicText }] })
  })

  it('rather than one of another pair, which no API server has loaded', () => {
    const damaged = whole('m1', { signing: foreign })
    expect(assess(damaged, whole('m2'))).toMatchObject({ from: 'm2', installs: [{ name: 'm1', key: true }] })
  })
})

describe('sa.pub is derived', () => {
  it('where it is missing', () => {
    expect(assess(without(whole('m1'), 'publicText'))).toEqual({
      kind: 'distribute',
      from: 'm1',
      installs: [{ name: 'm1', key: false, publicText: current.pem, reason: 'sa.pub is missing' }],
    })
  })

  it('where it is of another pair, whose tokens are not accepted for that', () => {
    const [m1] = [whole('m1', { publicText: foreign.pem })]
    for (const facts of [m1, without(m1, 'loaded')]) {
      expect(assess(facts)).toMatchObject({ installs: [{ key: false, publicText: current.pem }] })
    }
  })

  it('with the old key that was in it, which the API server still accepts', () => {
    const assessment = assess(without(whole('m1', { loaded: [current, old] }), 'publicText'))
    if (assessment.kind !== 'distribute') throw new Error(assessment.kind)
    expect(keysIn(assessment.installs[0]?.publicText)).toEqual([
      [current.keyId, false],
      [old.keyId, true],
    ])
  })
})

describe('a lost key is replaced, and goes on to verify', () => {
  const replaced = (...facts: SaKeyFacts[]) => {
    const assessment = assess(...facts)
    if (assessment.kind !== 'replace') throw new Error(assessment.kind)
    return keysIn(assessment.behind)
  }
  const retired = [[current.keyId, true]]

  it.each<[string, SaKeyFacts[]]>([
    ['as the API server shows it', [lost('m1')]],
    ['as one of the API servers shows it', [without(lost('m1'), 'loaded'), lost('m2')]],
    ['as sa.pub has it', [without(whole('m1'), 'signing', 'loaded')]],
    ['as one sa.pub has it', [without(lost('m1'), 'loaded'), without(whole('m2'), 'signing', 'loaded')]],
    ['and no sa.pub counts that no API server has loaded', [{ ...lost('m1'), publicText: foreign.pem }, lost('m2')]],
  ])('%s', (_, facts) => expect(replaced(...facts)).toEqual(retired))

  it('with the one that was retired before it', () => {
    expect(replaced({ ...lost('m1'), loaded: [current, old] })).toEqual([...retired, [old.keyId, true]])
  })

  it('unless it must never be accepted again', () => {
    const facts = {
      ...lost('m1'),
      loaded: [current, old],
      publicText: withDropped(current.pem, [old.keyId], 'finished'),
    }
    expect(replaced(facts)).toEqual(retired)
  })

  it('but not one of an operator’s other file, which is not lost', () => {
    expect(replaced({ ...lost('m1'), loaded: [current, old], verifiesByOtherFiles: true, otherKeys: [old] })).toEqual(
      retired,
    )
  })

  it('unless nothing is known of it', () => {
    expect(assess(without(lost('m1'), 'loaded'))).toEqual({ kind: 'unknown' })
  })
})

it('keeps the key of the running API server, where files were replaced and nothing was restarted', () => {
  const assessment = assess(whole('m1', { loaded: [old] }))
  if (assessment.kind !== 'distribute') throw new Error(assessment.kind)
  expect(assessment.installs).toMatchObject([{ name: 'm1', key: false, reason: 'a key in use is not in sa.pub' }])
  expect(keysIn(assessment.installs[0]?.publicText)).toEqual([
    [current.keyId, false],
    [old.keyId, true],
  ])
})

describe('a compromised key', () => {
  it('is replaced at once, and named', () => {
    const assessment = assessSaKey([whole('m1', { loaded: [current, old] }), whole('m2')], true)
    if (assessment.kind !== 'replace') throw new Error(assessment.kind)
    expect(keysIn(assessment.behind)).toEqual([])
    expect(droppedIn(assessment.behind, ['compromised']).toSorted()).toEqual([current.keyId, old.keyId].toSorted())
  })

  const renewed = saKeyFacts('m1', foreign, {
    publicText: withDropped(foreign.pem, [current.keyId], 'compromised'),
    loaded: [current],
  })

  it.each([true, false])('goes on to be replaced by a repair that is run again (with the word: %s)', (compromised) => {
    expect(assessSaKey([renewed, whole('m2')], compromised)).toEqual({
      kind: 'distribute',
      from: 'm1',
      installs: [{ name: 'm2', key: true, publicText: renewed.publicText, reason: 'sa.key is no longer accepted' }],
    })
  })

  it('is replaced again on a second word', () => {
    expect(assessSaKey([{ ...renewed, loaded: [foreign] }], true)).toMatchObject({ kind: 'replace' })
  })
})

it('refuses to choose between two keys that are both in use', () => {
  const other = saKeyFacts('m2', foreign)
  expect(() => assess(whole('m1'), other)).toThrow(PreconditionError)
  expect(() => assess(whole('m1'), other)).toThrow('sa.key differs between m1 and m2')
  expect(assessSaKey([whole('m1'), other], true)).toMatchObject({ kind: 'replace' })
})
