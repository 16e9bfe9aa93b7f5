import { expect, test } from 'vitest'
import { plantedIn, plantedSecrets } from './planted-secrets.ts'

test.each(Object.entries(plantedSecrets))(
  'the secret of %s is found, plain and wherever it begins in base64',
  (where, text) => {
    expect(plantedIn(`x ${text} y`)).toEqual([`planted secret (${where})`])
    for (const before of ['', 'a', 'ab', 'abc', 'abcd'])
      for (const behind of ['', 'z', 'zz', 'zzz'])
        expect(plantedIn(Buffer.from(before + text + behind).toString('base64'))).toEqual([`planted secret (${where})`])
  },
)

test('a text without them has none', () => expect(plantedIn('planted-in-etcd, planted-in-env')).toEqual([]))
