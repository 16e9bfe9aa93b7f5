import { expect, test } from 'vitest'
import { setupFactsFake } from '../../testing/setup-facts-fake.ts'
import { planImages } from './plan-images.ts'

test.each([
  ['1.26.8', ['second-prober-image']],
  ['1.22', ['second-prober-image']],
  ['1.21.9', []],
  [undefined, []],
])('with Go %s the second prober is built or left out, and Go is not asked for because of it', (go, expected) => {
  const secondProber = { ref: 'drill.local/second-prober:1', there: false }
  const actions = planImages(setupFactsFake({ host: { go }, images: { secondProber } }))
  expect(actions.map(({ id }) => id)).toEqual(expected)
})
