import { expect, it } from 'vitest'
import { ca, leaf, otherCa } from '../testing/certificates.ts'
import { certificateProblem } from './certificate-problem.ts'
import { certificatesIn, sameCertificate } from './pem.ts'

const now = new Date('2027-01-01')

it.each([
  ['nothing', leaf, undefined],
  ['missing', '', 'missing'],
  ['missing', ' \n', 'missing'],
  ['unreadable', leaf.slice(0, 200), 'unreadable'],
  ['unreadable', leaf.replace('M', '!'), 'unreadable'],
])('finds %s wrong', (_, pem, problem) => expect(certificateProblem(pem, ca, now)).toBe(problem))

it('does not trust the name of a CA', () => expect(certificateProblem(leaf, otherCa, now)).toBe('signed by another CA'))

it('is content with a signature of any of several CAs', () => {
  expect(certificateProblem(leaf, `${otherCa}${ca}`, now)).toBeUndefined()
})

it('sees that a certificate has expired', () =>
  expect(certificateProblem(leaf, ca, new Date('2127-01-01'))).toBe('expired'))

it('knows a certificate again, whatever stands around it', () => {
  expect(sameCertificate(`# comment\n${ca.trim()}\r\n`, ca)).toBe(true)
  expect(sameCertificate(ca, otherCa)).toBe(false)
  expect(sameCertificate('', '')).toBe(false)
  expect(certificatesIn(`${ca}text\n${leaf}`)).toHaveLength(2)
})
