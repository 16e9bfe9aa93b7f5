import { expect, test } from 'vitest'
import { publishedSchemas } from './published-schema.ts'

// To publish a change on purpose: vitest run -u harness/store
test.each(Object.entries(publishedSchemas()))('%s is published as it is', async (file, text) => {
  await expect(text).toMatchFileSnapshot(`./schema/${file}`)
})
