import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { NodeState } from '../model.ts'
import { installFunction } from './manifests.ts'

let dir: string
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'drill manifests '))))
afterEach(() => rmSync(dir, { recursive: true }))

const yaml = (name: string) => `apiVersion: v1
kind: Pod
metadata:
  labels:
    component: ${name}
    tier: control-plane
  name: ${name}
spec:
  containers:
  - name: ${name}
    image: x
`
const json = (name: string) => JSON.stringify({ metadata: { name, labels: { component: name } }, spec: {} }, null, 2)

/** Runs a line of bash that has the functions. */
function run(line: string): string {
  const { text } = installFunction({ facts: { manifestsDir: dir } } as NodeState)
  return execFileSync('bash', ['-euo', 'pipefail', '-c', `${text}${line}`], { encoding: 'utf8' }).trim()
}

it.each([
  ['as kubeadm names it', 'etcd.yaml', yaml('etcd'), 'etcd.yaml'],
  ['under another name', 'my etcd.yml', yaml('etcd'), 'my etcd.yml'],
  ['in JSON', 'etcd.json', json('etcd'), 'etcd.json'],
  ['damaged, under its own name', 'etcd.yaml', 'apiVers', 'etcd.yaml'],
  ['of another component', 'kube-apiserver.yaml', yaml('kube-apiserver'), ''],
  ['with a container of that name only', 'backup.yaml', yaml('backup').replace('- name: backup', '- name: etcd'), ''],
  ['that kubelet ignores', '.etcd.yaml', yaml('etcd'), ''],
])('a manifest %s is found as kubelet finds it', (_, file, text, found) => {
  writeFileSync(join(dir, file), text)
  expect(run('manifest_of etcd')).toBe(found === '' ? '' : join(dir, found))
})

it('a staged manifest is installed where kubelet has none, and never over one that it has', () => {
  const staged = join(dir, '.staged')
  writeFileSync(staged, yaml('etcd'))
  run(`install_manifest etcd '${staged}'`)
  expect(run('manifest_of etcd')).toBe(join(dir, 'etcd.yaml'))
  writeFileSync(join(dir, 'etcd.yaml'), `${yaml('etcd')}# edited by hand`)
  run(`install_manifest etcd '${staged}'`)
  expect(run(`tail -n 1 '${join(dir, 'etcd.yaml')}'`)).toBe('# edited by hand')
  writeFileSync(join(dir, 'proxy.yaml'), yaml('kube-apiserver'))
  run(`install_manifest kube-apiserver '${staged}'; ls '${dir}'`)
  expect(run(`ls '${dir}'`)).not.toContain('kube-apiserver.yaml')
})
