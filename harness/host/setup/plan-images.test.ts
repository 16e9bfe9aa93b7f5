import { describe, expect, test } from 'vitest'
import { setupFactsFake } from '../../testing/setup-facts-fake.ts'
import { planImages } from './plan-images.ts'
import { planSetup } from './plan-setup.ts'

const plan = (facts: Parameters<typeof planSetup>[0]) => planSetup(facts, { runtimeScript: '#!/bin/sh\n' })
const ids = (facts: Parameters<typeof planSetup>[0]) => plan(facts).actions.map(({ id }) => id)

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

describe('images that were asked for with --with', () => {
  const asked = (there: boolean, missingPackages: readonly string[] = []) =>
    setupFactsFake({ images: { extra: [{ name: 'database', there }] }, missingPackages })

  test('are built where they are missing, with the packages that this needs, and without Go', () => {
    expect(ids(asked(true))).toEqual([])
    expect(ids(asked(false))).toEqual(['database-images'])
    expect(ids(asked(false, ['debootstrap']))).toEqual(['build-packages', 'database-images'])
    const { missingPackages, images } = asked(false)
    expect(plan(setupFactsFake({ host: { go: undefined }, missingPackages, images })).obstacles).toEqual([])
  })

  test('need a machine on which images can be built', () => {
    const { images } = asked(false)
    expect(plan(setupFactsFake({ host: { apt: false }, images })).obstacles).toHaveLength(1)
  })
})
