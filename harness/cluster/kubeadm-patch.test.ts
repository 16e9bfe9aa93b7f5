import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import { parseKubeadmPatch, readKubeadmPatch } from './kubeadm-patch.ts'

const cluster = `
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
networking: { podSubnet: 10.100.0.0/16, serviceSubnet: 10.200.0.0/16, dnsDomain: cluster.local }
`
const kubelet = `
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
serverTLSBootstrap: true
`

test('reads every object, the subnets and whether kubelets ask for serving certificates', () => {
  const patch = parseKubeadmPatch(`# a comment\n---${cluster}---${kubelet}---\n`, 'a.yaml')
  expect(patch.documents).toHaveLength(2)
  expect(patch).toMatchObject({
    networking: { podSubnet: '10.100.0.0/16', serviceSubnet: '10.200.0.0/16' },
    serverTlsBootstrap: true,
  })
  expect(parseKubeadmPatch(kubelet.replace('true', 'false'), 'a.yaml')).toMatchObject({
    networking: {},
    serverTlsBootstrap: false,
  })
})

test.each([
  ['no YAML', 'a: [', 'is not YAML'],
  ['nothing', '# nothing\n', 'holds no object'],
  ['a list', '- a\n', 'no kind or no apiVersion'],
  ['no version', 'kind: ClusterConfiguration\n', 'no kind or no apiVersion'],
  ['an object of something else', 'kind: Pod\napiVersion: v1\n', 'Pod of v1 is nothing that kubeadm takes'],
  ['the wrong group', 'kind: KubeletConfiguration\napiVersion: kubeadm.k8s.io/v1beta4\n', 'nothing that kubeadm takes'],
  ['subnets that are lists', cluster.replace('10.100.0.0/16', '[10.100.0.0/16]'), 'must be strings'],
  ['certificates elsewhere', `${cluster}\ncertificatesDir: /srv/pki\n`, 'not in "/srv/pki"'],
])('refuses %s', (_, text, words) => {
  expect(() => parseKubeadmPatch(text, 'a.yaml')).toThrow(UsageError)
  expect(() => parseKubeadmPatch(text, 'a.yaml')).toThrow(words)
})

test('finds the files beside it, and refuses what cannot be read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'drill-patch-'))
  try {
    const path = join(folder, 'mine.yaml')
    await expect(readKubeadmPatch(path)).rejects.toThrow(UsageError)
    await writeFile(path, cluster)
    expect(await readKubeadmPatch(path)).not.toHaveProperty('filesDir')
    await mkdir(join(folder, 'mine.files'))
    expect(await readKubeadmPatch(path)).toMatchObject({ filesDir: join(folder, 'mine.files') })
  } finally {
    await rm(folder, { recursive: true })
  }
})
