import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filesIn, printFiles } from './collect.ts'

test('files are read without their keys and tokens; one that is missing is left out', () => {
  const directory = mkdtempSync(join(tmpdir(), 'drill-configuration-'))
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text)
    return join(directory, name)
  }
  try {
    const pem = '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nMIID\n'
    const paths = [
      file('current.pem', pem),
      file('admin.conf', 'users:\n- user:\n    client-key-data: c2VjcmV0\n    token: abc\n    name: me\n'),
      file('empty.yaml', ''),
      join(directory, 'missing'),
    ]
    const output = execFileSync('bash', ['-c', printFiles, 'read-configuration', ...paths], { encoding: 'utf8' })
    expect([...filesIn(output)]).toEqual([
      [paths[0], '-----BEGIN CERTIFICATE-----\nMIID'],
      [paths[1], 'users:\n- user:\n    name: me'],
      [paths[2], ''],
    ])
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('what cannot be read is no empty file', () => {
  expect(() =>
    execFileSync('bash', ['-c', printFiles, 'read-configuration', '/proc/self/mem'], { stdio: 'ignore' }),
  ).toThrow()
})
