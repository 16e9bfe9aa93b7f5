import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { packageFile } from '../package/package-files.ts'
import { components, neighboursImages } from './neighbours-images.ts'

const read = (path: string) => readFileSync(packageFile(path), 'utf8')

test.each(components)('$id is $version, in its go.mod and in the docs', ({ id, module, version }) => {
  expect(read(`harness/host/node-image/go/${id}/go.mod`)).toContain(`${module} v${version}`)
  expect(read('docs/workloads.md')).toContain(`| ${id} | ${version} |`)
})

test('the reference of the image is a hash of what goes into it', async () => {
  const refs = await neighboursImages.refs()
  expect(refs).toEqual(await neighboursImages.refs())
  expect(refs).toEqual([expect.stringMatching(/^drill\.local\/neighbours:[0-9a-f]{12}$/)])
})
