import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { bash, runScript } from '../shell/bash.ts'
import { emitFunction, parseFields } from '../shell/script-output.ts'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { kubeconfigOf } from '../testing/kubeconfig.ts'
import { localNode } from '../testing/local-node.ts'
import { kubeconfigParts } from './assess-leaf-certs.ts'
import { halvesIn, publicHalfFunctions, withHalves } from './public-half.ts'

const folder = mkdtempSync(join(tmpdir(), 'drill-keys-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function printed(call: string, text: string | undefined): Promise<string> {
  const path = join(folder, 'file')
  rmSync(path, { force: true })
  if (text !== undefined) writeFileSync(path, text)
  const script = bash`${publicHalfFunctions}
${{ text: call }} ${path}`
  return (await runScript(localNode, 'judge', script)).stdout
}

const issued = issueCertificate({ commonName: 'kubernetes' })
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
})
const half = createPublicKey(issued.key).export({ type: 'spki', format: 'pem' }).toString()

describe('public_half', () => {
  it.each([
    ['of a key as kubeadm makes it', rsa.privateKey, rsa.publicKey],
    ['of an elliptic curve', issued.key, half],
    ['behind a certificate, as kubelet keeps it', `${issued.certificate}${issued.key}`, half],
    ['of a missing file', undefined, ''],
    ['of an empty file', ' \n', ''],
    ['of a truncated key', rsa.privateKey.slice(0, 400), 'unreadable\n'],
    ['of a certificate', issued.certificate, 'unreadable\n'],
    ['of a public key', rsa.publicKey, 'unreadable\n'],
  ])('%s', async (_, text, wanted) => expect(await printed('public_half', text)).toBe(wanted))
})

it.each([
  ['certificates_in', 'a certificate', `subject=...\n${issued.certificate}`, issued.certificate],
  ['certificates_in', 'a key under the name of a certificate', rsa.privateKey, 'unreadable\n'],
  ['certificates_in', 'a certificate with its key', issued.certificate + issued.key, issued.certificate],
  ['certificates_in', 'an empty file', '\n', ''],
  ['certificates_in', 'a missing file', undefined, ''],
  [
    'public_keys_in',
    'a public key with what an operator wrote',
    `# mine\n${rsa.publicKey}`,
    `# mine\n${rsa.publicKey}`,
  ],
  ['public_keys_in', 'a private key under its name', rsa.privateKey, 'unreadable\n'],
  ['public_keys_in', 'a truncated private key', rsa.privateKey.slice(0, 400), 'unreadable\n'],
])('%s: %s', async (call, _, text, wanted) => expect(await printed(call, text)).toBe(wanted))

describe('print_halves', () => {
  const halves = async (...texts: string[]) => {
    const adding = texts.map(
      (text, index) => bash`add_key ${`key-${index}`} ${text}
`,
    )
    const script = bash`${publicHalfFunctions}
${{ text: adding.map(({ text }) => text).join('') }}
print_halves`
    const { stdout } = await runScript(localNode, 'judge', script)
    return { stdout, found: [...halvesIn(stdout).values()].map((text) => text.trim()) }
  }
  const ed = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const large = generateKeyPairSync('ec', {
    namedCurve: 'P-384',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
  })

  it('judges all keys at once', async () => {
    const { stdout, found } = await halves(rsa.privateKey, issued.key, `${issued.certificate}${large.privateKey}`)
    expect(found).toEqual([rsa.publicKey.trim(), half.trim(), large.publicKey.trim()])
    expect(stdout).toMatch(/^key-0 rsa [0-9a-f]+ 65537\nkey-1 ec [0-9a-f]+ prime256v1\nkey-2 ec /)
  })

  it('judges them one by one where one cannot be read, or is of another kind', async () => {
    const cut = rsa.privateKey.slice(0, 400)
    expect((await halves(cut, issued.key, ' ')).found).toEqual(['unreadable', half.trim()])
    expect((await halves(rsa.privateKey, `${cut}\n`, issued.certificate)).found).toEqual([
      rsa.publicKey.trim(),
      'unreadable',
      'unreadable',
    ])
    expect((await halves(ed.privateKey, issued.key)).found).toEqual([ed.publicKey.trim(), half.trim()])
  })

  it('prints nothing where there is no key', async () => expect((await halves()).stdout).toBe(''))
})

describe('public_conf', () => {
  const conf = kubeconfigOf(issued.certificate, issued)
  const [, data = ''] = /client-key-data: (.*)/.exec(conf) ?? []
  const keyIn = (text: string) =>
    Buffer.from(String(kubeconfigParts(text)?.user['client-key-data']), 'base64').toString()
  const lines = (data.match(/.{1,64}/g) ?? []).map((line) => `        ${line}`).join('\n')
  /** A kubeconfig as it arrives, and as it left the machine. */
  const read = async (text: string | undefined) => {
    const path = join(folder, 'conf')
    rmSync(path, { force: true })
    if (text !== undefined) writeFileSync(path, text)
    const script = bash`${emitFunction}${publicHalfFunctions}
public_conf ${path} admin.conf
printf '%s' "$shown" | emit shown
print_halves | emit halves`
    const printed = parseFields((await runScript(localNode, 'judge', script)).stdout)
    return { left: printed('shown'), arrived: withHalves(printed('shown'), halvesIn(printed('halves'))) }
  }

  it.each([
    ['as kubeadm writes it', conf],
    ['quoted', conf.replace(data, `"${data}"`)],
    ['in a block of lines', conf.replace(data, `|-\n${lines}`)],
    ['folded', conf.replace(data, `>-\n${lines}`)],
    ['in JSON', JSON.stringify(parse(conf))],
  ])('has the public half in the place of the key: %s', async (_, text) => {
    const { left, arrived } = await read(text)
    expect(keyIn(arrived).trim()).toBe(half.trim())
    const others = (each: string) => JSON.stringify(parse(each)).replace(/"client-key-data":"[^"]*"/, '')
    expect(others(arrived)).toBe(others(text))
    for (const line of data.match(/.{1,40}/g) ?? []) expect(left).not.toContain(line)
  })

  it('judges each of several users', async () => {
    const other = issueCertificate({ commonName: 'other' })
    const { arrived } = await read(`${kubeconfigOf(other.certificate, other)}---\n${conf}`)
    const keys = [...arrived.matchAll(/client-key-data: (.*)/g)].map(([, text = '']) =>
      Buffer.from(text, 'base64').toString(),
    )
    expect(keys).toEqual([other.publicKey, half])
  })

  it('shows a truncated key, a strange one and a token to nobody', async () => {
    const cut = conf.slice(0, conf.indexOf(data) + 90)
    expect(keyIn((await read(cut)).arrived).trim()).toBe('unreadable')
    expect((await read(conf.replace(data, '*alias'))).left).toBe('unreadable')
    const { left } = await read('users:\n- name: a\n  user:\n    token: abc.def\n    tokenFile: /some/file\n')
    expect(left).toContain('token: withheld')
    expect(left).toContain('tokenFile: /some/file')
  })

  it('is nothing where there is none', async () => expect((await read(undefined)).left).toBe(''))
})
