import { expect, it } from 'vitest'
import { runSteps } from '../engine/step.ts'
import type { ClusterState } from '../model.ts'
import { facts, fakeContext, fakeNode } from '../testing/fake-node.ts'
import { reissueSecretTokens, reissueTokens } from './reissue-secret-tokens.ts'

const headerOf = (kid: string) => Buffer.from(JSON.stringify({ kid })).toString('base64url')

/** A cluster in which some Secrets cannot be written; the controller manager signs the tokens of the others. */
function world(names: readonly string[], refused: Readonly<Record<string, string>> = {}, immutable = '') {
  const tokens = new Map(names.map((name) => [name, 'old']))
  const node = fakeNode('m1', 'control-plane', {
    'read the signing keys of tokens in Secrets': () =>
      facts({
        tokens: [...tokens].map(([name, kid]) => `${headerOf(kid)} ${name === immutable} ${name}\n`).join(''),
      }),
    'empty the tokens in Secrets': ({ script }) => {
      const tried = [...tokens.keys()].filter((name) => script.includes(name))
      for (const name of tried) if (refused[name] === undefined) tokens.set(name, 'new')
      const left = tried.flatMap((name) => (refused[name] === undefined ? [] : [`${name} ${refused[name]}\n`]))
      return facts({ left: left.join('') })
    },
  })
  const learned = {
    ...{ tokenKeys: { accepted: new Set(['new']), valid: new Set(['new']) }, clientsMayBeRejected: true },
    ...{ refusedTokens: new Set<string>(), created: new Set(['sa.key', 'ca.crt']), ca: 'PEM' },
  }
  const host = { node, address: '10.0.0.1', facts: { kubeletCas: '', podCas: [], created: ['sa.key', 'ca.crt'] } }
  const config = { bindPort: 6443, certificatesDir: '/etc/kubernetes/pki' }
  const cluster = {
    ...{ first: host, controlPlanes: [host], machines: [host], config, learned },
  } as unknown as ClusterState
  return { node, tokens, learned, cluster }
}

async function reissuing(...given: Parameters<typeof world>) {
  const { node, tokens, learned, cluster } = world(...given)
  const context = fakeContext([node], '')
  await runSteps([reissueSecretTokens({ compromised: 'nothing' })], cluster, context)
  const events = context.events.filter(({ type }) => type === 'write.refused')
  return { tokens: Object.fromEntries(tokens), refusedTokens: [...learned.refusedTokens], events }
}

it('reissues those that it can, and comes back to the others', async () => {
  const reason = 'something is in the way'
  expect(await reissuing(['shop/a', 'shop/b'], { 'shop/b': reason })).toEqual({
    tokens: { 'shop/a': 'new', 'shop/b': 'old' },
    refusedTokens: ['shop/b'],
    events: [{ type: 'write.refused', what: 'a new token in shop/b', reason }],
  })
}, 20_000)

it('leaves an immutable Secret alone: nobody can give it another token', async () => {
  expect(await reissuing(['shop/a', 'shop/frozen'], {}, 'shop/frozen')).toEqual({
    tokens: { 'shop/a': 'new', 'shop/frozen': 'old' },
    refusedTokens: [],
    events: [],
  })
})

it('waits for nobody who never comes: one that is emptied, and one that stays as it is', async () => {
  const { cluster, tokens } = world(['shop/a', 'shop/b'], { 'shop/b': 'something is in the way' })
  const waits = { emptiedWithinMs: 50, signedWithinMs: 50 }
  const never = new Map(tokens)
  tokens.set = () => never
  expect(await reissueTokens(cluster, ['shop/a', 'shop/b'], new AbortController().signal, waits)).toEqual([
    { where: 'shop/b', error: 'something is in the way' },
    { where: 'shop/a', error: 'no new one was signed within 0.05 s' },
  ])
})

it('empties a hundred at once, and no more where nobody signs: the others keep the token that they have', async () => {
  const names = Array.from({ length: 250 }, (_, index) => `team-${index}/robot.`)
  const signing = world(names)
  expect(await reissueTokens(signing.cluster, names, new AbortController().signal)).toEqual([])
  const emptied = signing.node.commands.filter(({ title }) => title === 'empty the tokens in Secrets')
  expect(emptied).toHaveLength(3)
  expect(new Set(signing.tokens.values())).toEqual(new Set(['new']))

  const { cluster, node, tokens } = world(names)
  tokens.set = () => tokens
  const waits = { emptiedWithinMs: 50, signedWithinMs: 50 }
  const left = await reissueTokens(cluster, names, new AbortController().signal, waits)
  expect(left.map(({ where }) => where)).toEqual(names)
  expect(left.at(-1)?.error).toBe('not emptied: no new one was signed within 0.05 s')
  expect(node.commands.filter(({ title }) => title === 'empty the tokens in Secrets')).toHaveLength(1)
})
