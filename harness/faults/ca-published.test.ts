import { expect, test, vi } from 'vitest'
import type { DrillContext } from '../model/context.ts'
import { selfSigned } from '../workload/self-signed.ts'
import { caPublished } from './ca-published.ts'

const published = vi.hoisted(() => ({ texts: [] as string[] }))
vi.mock('../observe/api-get.ts', () => ({
  apiGet: () => {
    const text = published.texts.length > 1 ? published.texts.shift() : published.texts[0]
    return Promise.resolve({ status: 200, body: JSON.stringify({ data: { 'client-ca-file': text } }) })
  },
}))

const [own, other] = [selfSigned('own').cert, selfSigned('other').cert]
const context = {
  cluster: { controlPlanes: [{}, { readFile: () => Promise.resolve(Buffer.from(own)) }] },
  signal: new AbortController().signal,
  api: () => Promise.resolve({}),
} as unknown as DrillContext

// A right refusal failed its drill: the API server read the CA a moment later than ever, and what it wrote was taken for the repair's.
test('is seen when the API server has read the CA, early or late', async () => {
  published.texts = [other, other, `${other}${own}`]
  const part = caPublished({ timeoutMs: 1000, intervalMs: 5 })
  expect(await part.observe(context)).toEqual({ contradictions: [], unanswered: [], confirmed: [part.title] })
})

test('is no proof where it never does', async () => {
  published.texts = [other]
  const part = caPublished({ timeoutMs: 20, intervalMs: 5 })
  expect(await part.observe(context)).toEqual({
    contradictions: [],
    unanswered: [`not seen that ${part.title}`],
    confirmed: [],
  })
})
