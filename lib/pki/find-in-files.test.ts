import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { NodeState } from '../model.ts'
import { fakeNode, type FakeCommand } from '../testing/fake-node.ts'
import { issueCertificate } from '../testing/issue-certificate.ts'
import { findInFiles } from './find-in-files.ts'
import { namesakeNeedles } from './lost-trust.ts'

const [oldEtcd, etcd] = ['etcd-ca', 'etcd-ca'].map((commonName) => issueCertificate({ commonName }))
const leafOf = (by: typeof etcd) => issueCertificate({ commonName: 'backup', ...(by ? { by } : {}) }).certificate
const etcdNeedles = namesakeNeedles('etcd-ca', etcd?.certificate ?? '').map(
  ({ text, isPresent }) => `${isPresent ? '!' : ''}etcd-ca ${text}`,
)

/** What is found on a machine with these files, whose directories are below one of its own. */
async function foundIn(
  files: Readonly<Record<string, string>>,
  needles: readonly string[],
  change: (script: string) => string = (script) => script,
) {
  const root = mkdtempSync(join(tmpdir(), 'drill-files-'))
  onTestFinished(() => rmSync(root, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const search = ({ script }: FakeCommand) => {
    const own = change(script)
      .replace(/^roots=.*$/m, `roots=(${['etc', 'opt', 'home'].map((name) => join(root, name)).join(' ')})`)
      .replaceAll('/var/lib', join(root, 'var/lib'))
      .replace('/etc/passwd', join(root, 'passwd'))
    return execFileSync('bash', ['-c', `set -euo pipefail\n${own}`], { encoding: 'utf8' })
  }
  writeFileSync(join(root, 'passwd'), `root:x:0:0:root:/:/bin/bash\nci:x:9:9::${root}/var/ci:/bin/sh\n`)
  for (const name of ['etc', 'opt', 'home', 'var/lib']) mkdirSync(join(root, name), { recursive: true })
  const node = fakeNode('m1', 'control-plane', { 'find files with a lost CA or token': search })
  const where = { issued: join(root, 'etc/kubernetes/pki'), ownOnly: ['etcd-ca'] }
  const { signal } = new AbortController()
  const found = await findInFiles({ node } as unknown as NodeState, needles, where, signal)
  return found.map(({ mark, path }) => `${mark} ${path.slice(root.length)}`)
}

test('kubeconfigs, CAs and settings are found wherever programs and people have them', async () => {
  const has = 'certificate-authority-data: OLDCA\n'
  const found = await foundIn(
    {
      'etc/kubernetes/admin.conf': has,
      'etc/backup/ci.kubeconfig': has,
      'etc/cni/net.d/calico-kubeconfig': has,
      'opt/monitoring/prometheus.yml': `token: OLDTOKEN ${has}`,
      'home/ada/.kube/clusters/one': has,
      'home/ada/my kube.yaml': has,
      'var/ci/.kube/config': has,
      'var/lib/agent/kubeconfig': has,
      'home/ada/node_modules/x/config.json': has,
      'home/ada/notes.txt': has,
      'etc/kubernetes/scheduler.conf': 'certificate-authority-data: NEWCA\n',
    },
    ['cluster-ca OLDCA', 'sa-key OLDTOKEN'],
  )
  expect(found.toSorted()).toEqual([
    'cluster-ca /etc/backup/ci.kubeconfig',
    'cluster-ca /etc/cni/net.d/calico-kubeconfig',
    'cluster-ca /etc/kubernetes/admin.conf',
    'cluster-ca /home/ada/.kube/clusters/one',
    'cluster-ca /home/ada/my kube.yaml',
    'cluster-ca /opt/monitoring/prometheus.yml',
    'cluster-ca /var/ci/.kube/config',
    'cluster-ca /var/lib/agent/kubeconfig',
    'sa-key /opt/monitoring/prometheus.yml',
  ])
})

test('a client certificate of the lost CA of etcd is found, and that CA, but nothing that the repair issued', async () => {
  const found = await foundIn(
    {
      'opt/backup/etcd.crt': leafOf(oldEtcd),
      'opt/backup/ca.pem': oldEtcd?.certificate ?? '',
      'opt/renewed/ca.pem': etcd?.certificate ?? '',
      'opt/renewed/both.pem': leafOf(etcd) + (etcd?.certificate ?? ''),
      'etc/kubernetes/pki/etcd/server.crt': leafOf(etcd),
    },
    etcdNeedles,
  )
  expect(found.toSorted()).toEqual(['etcd-ca /opt/backup/ca.pem', 'etcd-ca /opt/backup/etcd.crt'])
})

test('no file is overlooked where there are more than one command can take', async () => {
  const name = 'n'.repeat(200)
  const many = Array.from({ length: 60 }, (_, at) => [`etc/${name}/${name}/${name}-${at}.conf`, 'x OLDCA'] as const)
  // As where arguments may be no longer than 20 KB.
  const found = await foundIn(Object.fromEntries(many), ['cluster-ca OLDCA'], (script) =>
    script.replace('xargs -0 -r', 'xargs -s 20000 -0 -r'),
  )
  expect(found).toHaveLength(many.length)
})

test('nothing is found where nothing is', async () => {
  expect(await foundIn({ 'etc/x.conf': 'x' }, ['cluster-ca OLDCA'])).toEqual([])
})
