import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { kubeconfigParts } from './assess-leaf-certs.ts'
import { hasJoined, kubeconfigFunctions, renameAsJoined, withNewIdentity } from './kubelet-conf.ts'
import type { NodeState, StaticPodSpec } from '../model.ts'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { kubeconfigOf } from '../testing/kubeconfig.ts'

const ca = issueCertificate({ commonName: 'kubernetes' })
const signed = kubeconfigOf(ca.certificate, issueCertificate({ commonName: 'x', by: ca }), 'system:node:w1')
const joined = `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: b2xk
    server: https://10.0.0.9:6443
  name: default-cluster
contexts:
- context:
    cluster: default-cluster
    namespace: default
    user: default-auth
  name: default-context
current-context: default-context
kind: Config
users:
- name: default-auth
  user:
    client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem
    client-key: /var/lib/kubelet/pki/kubelet-client-current.pem
`

describe('withNewIdentity', () => {
  it('changes the CA and the credentials, and nothing else', () => {
    const text = withNewIdentity(joined, signed)
    const { users, clusters } = parse(signed) as {
      users: [{ user: object }]
      clusters: [{ cluster: Record<string, string> }]
    }
    expect(parse(text)).toEqual({
      ...(parse(joined) as object),
      clusters: [
        {
          name: 'default-cluster',
          cluster: {
            server: 'https://10.0.0.9:6443',
            'certificate-authority-data': clusters[0].cluster['certificate-authority-data'],
          },
        },
      ],
      users: [{ name: 'default-auth', user: users[0].user }],
    })
    expect(text).toMatch(/^ +client-certificate-data: \S{100,}$/m)
  })

  it.each([
    ['', 'nothing'],
    ['a: [', 'no YAML'],
    [joined.slice(0, 200), 'a part'],
  ])('names everything as a kubelet that joins does where the old one is unreadable: %j', (before) => {
    const text = withNewIdentity(before, signed)
    expect(parse(text)).toMatchObject({
      clusters: [{ name: 'default-cluster' }],
      contexts: [
        {
          name: 'default-context',
          context: { cluster: 'default-cluster', namespace: 'default', user: 'default-auth' },
        },
      ],
      'current-context': 'default-context',
      users: [{ name: 'default-auth' }],
    })
    expect(kubeconfigParts(text)).toEqual(kubeconfigParts(signed))
  })
})

const factsOfNothing: StaticPodSpec = {
  ...{ command: [], image: '', env: [], mounts: [], volumes: [] },
  resources: { limits: {}, requests: {} },
}

describe('a control plane that joined', () => {
  const etcd = (...command: string[]): Pick<NodeState, 'mirrorPodSpecs'> => ({
    mirrorPodSpecs: new Map([['etcd', { ...factsOfNothing, command }]]),
  })

  it('is known by what its etcd was told', () => {
    expect(hasJoined(etcd('etcd', '--initial-cluster-state=existing'))).toBe(true)
    expect(hasJoined(etcd('etcd'))).toBe(false)
    expect(hasJoined({ mirrorPodSpecs: new Map() })).toBe(false)
  })

  it('has the names in its kubelet.conf that a kubelet gives', () => {
    const folder = mkdtempSync(join(tmpdir(), 'drill-conf-'))
    try {
      const path = join(folder, 'kubelet.conf')
      // As client-go writes it, without the blanks that `yaml` puts before list items.
      writeFileSync(path, signed.replaceAll(/^ {2}(?=[- ])/gm, ''))
      const script = renameAsJoined({ node: { name: 'w1' } } as NodeState).text
      execFileSync('bash', ['-euc', `conf=${path}\n${script}`])
      const before = parse(signed) as { clusters: [{ cluster: object }]; users: [{ user: object }] }
      expect(parse(readFileSync(path, 'utf8'))).toEqual({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ cluster: before.clusters[0].cluster, name: 'default-cluster' }],
        contexts: [
          {
            context: { cluster: 'default-cluster', namespace: 'default', user: 'default-auth' },
            name: 'default-context',
          },
        ],
        'current-context': 'default-context',
        users: [{ name: 'default-auth', user: before.users[0].user }],
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('kubeconfigFunctions', () => {
  const asked = (text: string, call: string) => {
    const dir = mkdtempSync(join(tmpdir(), 'drill kubeconfig '))
    try {
      writeFileSync(join(dir, 'conf'), text)
      writeFileSync(join(dir, 'ca.crt'), ca.certificate)
      const script = `set -euo pipefail${kubeconfigFunctions.text}conf=$1/conf; ${call}`
      return execFileSync('bash', ['-c', script, 'bash', dir], { encoding: 'utf8' }).trim().replace(dir, 'DIR')
    } finally {
      rmSync(dir, { recursive: true })
    }
  }

  it.each([
    ['what it holds', 'certificate-authority-data: b2xk', 'embedded "$conf" certificate-authority-data', 'old'],
    [
      'what it holds in quotes',
      'certificate-authority-data: "b2xk"',
      'embedded "$conf" certificate-authority-data',
      'old',
    ],
    ['a path', 'client-certificate: "/srv/a.pem"', 'path_of "$conf" client-certificate', '/srv/a.pem'],
    ['a path beside it', 'client-certificate: a.pem', 'path_of "$conf" client-certificate', 'DIR/a.pem'],
    ['a file', 'certificate-authority: ca.crt', 'named "$conf" certificate-authority', ca.certificate.trim()],
    ['a file that is missing', 'certificate-authority: /srv/none', 'named "$conf" certificate-authority', ''],
    ['nothing', '', 'embedded "$conf" client-key-data; path_of "$conf" client-key; named "$conf" client-key', ''],
    ['a kubeconfig that is missing', '', 'embedded /none x; path_of /none x; named /none x', ''],
  ])('%s', (_, line, call, printed) => expect(asked(`    ${line}\n`, call)).toBe(printed))
})
