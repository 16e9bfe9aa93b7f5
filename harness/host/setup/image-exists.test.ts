import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { packageFile } from '../package/package-files.ts'
import { officialNodeImage } from './image-exists.ts'

test('the official node image is the same, by digest, here and in the composite action', () => {
  const action = readFileSync(packageFile('.github/actions/drill/action.yml'), 'utf8')
  expect(officialNodeImage).toMatch(/^kindest\/node:v\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$/)
  expect(action).toContain(`default: ${officialNodeImage}\n`)
})
