import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { NodeState } from '../model.ts'
import { workDir } from '../shell/work-dir.ts'
import { fakeContext } from '../testing/fake-node.ts'
import { plain } from '../testing/kubeadm-config.ts'
import { localNode } from '../testing/local-node.ts'
import { giveBackManifests, isTaken, takeManifests } from './taken-manifests.ts'

let dir: string
let host: NodeState
const context = fakeContext([], plain)
const { signal } = context
const manifest = (name: string) => `kind: Pod\nmetadata:\n  labels:\n    component: ${name}\n  name: ${name}\n# ${name}`

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'drill-taken-'))
  mkdirSync(join(dir, 'manifests'))
  // The directory of the repair is below the test's.
  const exec: typeof localNode.exec = (argv, options) =>
    localNode.exec(
      argv.map((word) => word.replaceAll(workDir, join(dir, 'work'))),
      options,
    )
  host = { node: { ...localNode, exec }, facts: { manifestsDir: join(dir, 'manifests') } } as unknown as NodeState
  writeFileSync(at('manifests/etcd.yaml'), manifest('etcd'))
  writeFileSync(at('manifests/my-api.yml'), manifest('kube-apiserver'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const at = (path: string) => join(dir, path)
const take = () => takeManifests(context, { stamp: 'now' }, host, ['kube-apiserver', 'kube-scheduler'])
const given = () => globSync('manifests/*', { cwd: dir }).toSorted()

it('takes what it is told to, with a copy in the backup, and gives it back byte for byte', async () => {
  await take()
  await take()
  expect(given()).toEqual(['manifests/etcd.yaml'])
  expect(readFileSync(at(`work/backup/now${at('manifests/my-api.yml')}`), 'utf8')).toBe(manifest('kube-apiserver'))
  expect(await isTaken(host, 'kube-apiserver', signal)).toBe(true)
  expect(await isTaken(host, 'kube-scheduler', signal)).toBe(false)
  await giveBackManifests([host], signal)
  await giveBackManifests([host], signal)
  expect(given()).toEqual(['manifests/etcd.yaml', 'manifests/kube-apiserver.yaml'])
  expect(readFileSync(at('manifests/kube-apiserver.yaml'), 'utf8')).toBe(manifest('kube-apiserver'))
  expect(await isTaken(host, 'kube-apiserver', signal)).toBe(false)
})

it('goes on where it was killed between copy and move', async () => {
  mkdirSync(at('work/stopped-manifests'), { recursive: true })
  writeFileSync(at('work/stopped-manifests/.kube-apiserver.yaml'), 'half')
  writeFileSync(at('work/stopped-manifests/kube-apiserver.yaml'), 'of before')
  await take()
  expect(readFileSync(at('work/stopped-manifests/kube-apiserver.yaml'), 'utf8')).toBe(manifest('kube-apiserver'))
  expect(existsSync(at('manifests/my-api.yml'))).toBe(false)
})

it('gives nothing back where an operator has put another', async () => {
  await take()
  writeFileSync(at('manifests/kube-apiserver.yaml'), `${manifest('kube-apiserver')} edited`)
  await giveBackManifests([host], signal)
  expect(readFileSync(at('manifests/kube-apiserver.yaml'), 'utf8')).toContain('edited')
})
