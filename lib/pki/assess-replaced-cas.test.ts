import { expect, it } from 'vitest'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { assessSharedCerts, sharedFiles, type SharedFile } from './assess-shared-certs.ts'

const now = new Date('2026-11-24')
const ca = issueCertificate({ commonName: 'kubernetes' })
const other = issueCertificate({ commonName: 'kubernetes' })
type Changes = Partial<Record<SharedFile, string | undefined>>

const whole = Object.fromEntries(
  sharedFiles.map((file) => [file, file.endsWith('.crt') ? ca.certificate : ca.publicKey]),
) as Record<SharedFile, string>

it.each<[string, Changes[]]>([
  ['without its key', [{ 'ca.key': undefined }, { 'ca.key': undefined }]],
  ['that differs', [{}, { 'ca.crt': other.certificate, 'ca.key': other.publicKey }]],
])('a CA that is replaced is wrong %s wherever it is, and nothing else', (_, changes) => {
  const holders = changes.map((each, index) => ({
    name: `m${index + 1}`,
    files: new Map(
      sharedFiles.flatMap((file) => {
        const text = file in each ? each[file] : whole[file]
        return text === undefined ? [] : [[file, text] as const]
      }),
    ),
  }))
  const { wanted, toCreate, wrong, lacking } = assessSharedCerts(holders, [], now, { replaced: new Set(['ca.crt']) })
  expect(toCreate).toEqual(['ca.crt', 'ca.key'])
  expect([...wanted.keys()].toSorted()).toEqual(sharedFiles.filter((file) => !file.startsWith('ca.')).toSorted())
  for (const { name, files } of holders) {
    const there = (['ca.crt', 'ca.key'] as const).filter((file) => files.has(file))
    expect(wrong.get(name)).toEqual(new Map(there.map((file) => [file, 'given up by --replace'])))
    expect(lacking.get(name)).toEqual(['ca.crt', 'ca.key'])
  }
})
