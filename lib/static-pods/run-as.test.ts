import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Component, StaticPodSpec } from '../model.ts'
import { fileUsers, letRead, runsAs } from './run-as.ts'

/** Where the machine has what the pods see as /certs. */
const root = mkdtempSync(join(tmpdir(), 'drill-run-as-'))
afterAll(() => rmSync(root, { recursive: true }))

const pki = '/certs'

/** A static pod whose flags name these files. */
function ran(component: Component, files: readonly string[], ofPod: object, own: object = {}) {
  const command = [
    component,
    '--leader-elect=true',
    ...files.map((file, index) => `--file-${'abc'[index] ?? 'x'}=${file}`),
  ]
  const pod = {
    spec: { securityContext: ofPod, containers: [{ name: 'sidecar' }, { name: component, securityContext: own }] },
  }
  const mounts = [
    { name: 'data', mountPath: '/var/lib/etcd' },
    { name: 'pki', mountPath: '/certs' },
  ]
  const volumes = [
    { name: 'data', path: '/var/lib/etcd' },
    { name: 'pki', path: root },
  ]
  return [component, { pod, command, mounts, volumes } as unknown as StaticPodSpec] as const
}
const host = (...specs: readonly (readonly [Component, StaticPodSpec])[]) => ({ mirrorPodSpecs: new Map(specs) })

const etcd = ran('etcd', [`${pki}/etcd/server.key`, '/var/lib/etcd'], { runAsUser: 2001, runAsGroup: 2002 })

it('is the user of the pod, or of its own container', () => {
  const files = [`${root}/etcd/server.key`, '/var/lib/etcd']
  expect(runsAs(host(etcd), 'etcd')).toEqual({ uid: 2001, gid: 2002, groups: [], files })
  expect(runsAs(host(ran('etcd', [], { runAsUser: 2001 }, { runAsUser: 0 })), 'etcd')).toBeUndefined()
  expect(runsAs(host(ran('etcd', [], {}, { runAsUser: 5 })), 'etcd')).toMatchObject({ uid: 5, gid: 0 })
})

it.each([
  ['runs as root', host(ran('etcd', [`${pki}/etcd/server.key`], {}))],
  ['is not known', host()],
])('nothing is given to anybody where a pod %s', (_, pods) => {
  expect(fileUsers(pods)).toEqual([])
  expect(letRead(pods).text.trim()).toBe('')
})

it('a file of one belongs to it, and one of two to a group of both', () => {
  const groups = { runAsGroup: 3, supplementalGroups: [9] }
  const pods = host(
    ran('kube-apiserver', [`${pki}/sa.key`, `${pki}/apiserver.key`], { runAsUser: 1, ...groups }),
    ran('kube-controller-manager', [`${pki}/sa.key`, `${pki}/ca.key`], { runAsUser: 2, ...groups, runAsGroup: 4 }),
  )
  expect(fileUsers(pods).map(({ path, owner, group, mode }) => [path, owner, group, mode])).toEqual([
    [`${root}/sa.key`, 0, 9, '0640'],
    [`${root}/apiserver.key`, 1, 3, '0600'],
    [`${root}/ca.key`, 2, 4, '0600'],
  ])
  expect(fileUsers(pods, ['kube-controller-manager']).map(({ path }) => path)).toEqual([
    `${root}/sa.key`,
    `${root}/ca.key`,
  ])
})

it('without a group of both, one owns it and the group of the other may read it', () => {
  const pods = host(
    ran('kube-apiserver', [`${pki}/sa.key`], { runAsUser: 1, runAsGroup: 3 }),
    ran('kube-controller-manager', [`${pki}/sa.key`], { runAsUser: 2, runAsGroup: 4 }),
  )
  expect(fileUsers(pods)).toMatchObject([{ owner: 1, group: 4, mode: '0640' }])
})

it('asks the kernel who can read what, and leaves alone what is readable or missing', () => {
  const script = (can: string) =>
    `set -eu; setpriv() { ${can}; }; chown() { echo "chown $*"; }; chmod() { echo "chmod $*"; }\n${
      letRead(host(ran('etcd', [`${pki}/there.key`, `${pki}/none.key`], { runAsUser: 2001, runAsGroup: 2002 }))).text
    }`
  writeFileSync(join(root, 'there.key'), '')
  const run = (can: string) => execFileSync('bash', ['-c', script(can)], { encoding: 'utf8' })
  expect(run('true')).toBe('')
  expect(run('false')).toContain(`chown 2001:2002 ${root}/there.key\nchmod 0600 ${root}/there.key\n`)
  expect(run('false')).not.toContain('none')
})
