import { describe, expect, test } from 'vitest'
import { mayHaveCapability, parseGoVersion, parseKindVersion, parseMeminfo, parseOsRelease } from './kernel-files.ts'

describe('parseOsRelease', () => {
  test('reads Debian', () => {
    const text =
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\nID=debian\n'
    expect(parseOsRelease(text)).toEqual({
      id: 'debian',
      idLike: [],
      versionId: '12',
      prettyName: 'Debian GNU/Linux 12 (bookworm)',
    })
  })

  test('reads Ubuntu, with its ancestry and single quotes', () => {
    const text = "NAME=Ubuntu\nID=ubuntu\nID_LIKE=debian\nVERSION_ID='24.04'\nPRETTY_NAME='Ubuntu 24.04.3 LTS'\n"
    expect(parseOsRelease(text)).toMatchObject({ id: 'ubuntu', idLike: ['debian'], versionId: '24.04' })
  })

  test('does not take VERSION_ID for ID', () => {
    expect(parseOsRelease('VERSION_ID="3"\nID=alpine').id).toBe('alpine')
  })

  test('an empty file has a name to show', () => {
    expect(parseOsRelease('')).toEqual({ id: '', idLike: [], versionId: '', prettyName: 'an unknown system' })
  })
})

describe('parseMeminfo', () => {
  test('counts in whole MiB', () => {
    const text = 'MemTotal:       24684224 kB\nMemFree:        24129984 kB\nMemAvailable:   24280123 kB\n'
    expect(parseMeminfo(text)).toEqual({ totalMb: 24105, availableMb: 23711 })
  })

  test('says so when the kernel gives no estimate', () => {
    expect(parseMeminfo('MemTotal: 1024 kB\nMemFree: 512 kB\n')).toBeUndefined()
  })
})

describe('mayHaveCapability', () => {
  const status = (mask: string) => `Name:\tnode\nCapInh:\t0000000000000000\nCapBnd:\t${mask}\n`

  test.each([
    ['000001ffffffffff', true],
    ['000001fffeffffff', false],
    ['0000000001000000', true],
    ['0000000000000000', false],
  ])('bounding set %s: %s', (mask, expected) => {
    expect(mayHaveCapability(status(mask), 'CAP_SYS_RESOURCE')).toBe(expected)
  })

  test('CAP_SYS_ADMIN is another bit', () => {
    expect(mayHaveCapability(status('0000000000200000'), 'CAP_SYS_ADMIN')).toBe(true)
    expect(mayHaveCapability(status('0000000000200000'), 'CAP_SYS_RESOURCE')).toBe(false)
  })

  test('a file without the line gives no answer', () => {
    expect(mayHaveCapability('Name:\tnode\n', 'CAP_SYS_RESOURCE')).toBeUndefined()
  })
})

test('parseGoVersion', () => {
  expect(parseGoVersion('go version go1.26.8 linux/amd64\n')).toBe('1.26.8')
  expect(parseGoVersion('go version go1.27 linux/arm64')).toBe('1.27')
  expect(parseGoVersion('sh: go: not found')).toBeUndefined()
})

test('parseKindVersion', () => {
  expect(parseKindVersion('kind v0.33.0 go1.26.8 linux/amd64\n')).toBe('0.33.0')
  expect(parseKindVersion('kind v0.34.0-alpha+3fe2 go1.26.8 linux/amd64')).toBe('0.34.0-alpha')
  expect(parseKindVersion('')).toBeUndefined()
})
