import { expect, it } from 'vitest'
import { plain, v1beta3, v1beta4 } from '../testing/kubeadm-config.ts'
import { parseKubeadmConfig } from './kubeadm-config.ts'
import type { StaticPodSpec } from '../model.ts'
import { filesOfPods, requiredFiles } from './required-files.ts'

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

const own = new Set(['/etc/kubernetes/pki/ca.crt', '/etc/kubernetes/scheduler.conf'])
const ran = (change: Partial<StaticPodSpec>): StaticPodSpec => ({
  ...{ image: 'image', command: [], env: [], mounts: [], volumes: [], resources: { limits: {}, requests: {} } },
  ...change,
})

it.each<[string, Partial<StaticPodSpec>, string[]]>([
  ['any flag names', { command: ['--token-auth-file=/etc/kubernetes/users.csv'] }, ['/etc/kubernetes/users.csv']],
  [
    'a flag names in a list, of the lost directory only',
    {
      command: ['--tls-sni-cert-key=/etc/kubernetes/sni.crt,/etc/kubernetes/sni.key:api.shop', '--data-dir=/var/lib/x'],
    },
    ['/etc/kubernetes/sni.crt', '/etc/kubernetes/sni.key'],
  ],
  [
    'a flag names behind a volume',
    {
      command: ['--token-auth-file=/users/users.csv'],
      mounts: [{ name: 'users', mountPath: '/users', readOnly: true }],
      volumes: [{ name: 'users', path: '/etc/kubernetes/users', type: 'DirectoryOrCreate' }],
    },
    ['/etc/kubernetes/users/users.csv'],
  ],
  ['the repair makes itself', { command: ['--client-ca-file=/etc/kubernetes/pki/ca.crt'] }, []],
  ['the component writes itself', { command: ['--audit-log-path=/etc/kubernetes/audit.log'] }, []],
  [
    'a volume names that kubelet would make empty',
    {
      volumes: [
        { name: 'extra', path: '/etc/kubernetes/extra.conf', type: 'FileOrCreate' },
        { name: 'conf', path: '/etc/kubernetes/scheduler.conf', type: 'FileOrCreate' },
        { name: 'logs', path: '/etc/kubernetes/logs', type: 'DirectoryOrCreate' },
      ],
    },
    ['/etc/kubernetes/extra.conf'],
  ],
])('of a static pod, what %s', (_, change, files) => {
  expect(filesOfPods([ran(change)], own)).toEqual(files)
})
