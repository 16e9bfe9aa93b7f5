import { expect, it } from 'vitest'
import { plain, v1beta3, v1beta4 } from '../testing/kubeadm-config.ts'
import { parseKubeadmConfig } from './kubeadm-config.ts'
import { requiredFiles } from './required-files.ts'

it('finds a file behind its volume, as v1beta4 writes arguments', () => {
  expect(requiredFiles(parseKubeadmConfig(v1beta4))).toEqual(['/srv/audit/policy.yaml'])
})

it('finds the encryption keys, as v1beta3 writes arguments, and no flag that names no file', () => {
  expect(requiredFiles(parseKubeadmConfig(v1beta3))).toEqual(['/etc/kubernetes/enc.yaml'])
})

it('asks for the patches of kubeadm', () => {
  const text = `${plain}---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\npatches: { directory: /etc/kubernetes/patches }\n`
  expect(requiredFiles(parseKubeadmConfig(text))).toEqual(['/etc/kubernetes/patches'])
})

it('asks for nothing where nothing is named', () => expect(requiredFiles(parseKubeadmConfig(plain))).toEqual([]))
