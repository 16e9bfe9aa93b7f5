import { expect, it } from 'vitest'
import { runScript } from '../shell/bash.ts'
import { readNodeFacts, parseNodeFacts, rootDirIn } from './node-facts.ts'
import { leaf } from '../testing/certificates.ts'
import { facts, fakeNode } from '../testing/fake-node.ts'
import { localNode } from '../testing/local-node.ts'

it('reads what a machine says about itself', () => {
  const output = facts({
    addresses: '[{"addr_info":[{"local":"10.0.0.1"},{"local":"fd00::1"}]},{"addr_info":[{"local":"172.17.0.1"}]}]',
    route: '[{"dst":"192.0.2.1","prefsrc":"10.0.0.1"}]',
    'kubelet-flags': 'KUBELET_KUBEADM_ARGS="--node-ip=10.0.0.9,fd00::9 --pod-infra-container-image=pause"\n',
    'kubelet-args':
      '/usr/bin/kubelet\n--kubeconfig=/etc/kubernetes/kubelet.conf\n--image-credential-provider-config=/etc/kubernetes/providers.yaml\n',
    'kubelet-config':
      'staticPodPath: /srv/manifests\nrotateCertificates: true\nserverTLSBootstrap: true\nauthentication: { x509: { clientCAFile: /srv/ca.crt } }\n',
    'kubelet-certificate': leaf,
    'kubelet-instance': 'containerRuntimeEndpoint: unix:///run/crio.sock\n',
    'kubelet-server': 'https://lb:6443\n',
    'kubelet-root': '/data/kubelet\n',
    'etcd-data-dir': '/srv/etcd\n',
    'known-cas': leaf,
    'no-kubelet-config': 'yes',
    stopped: 'yes',
    created: 'etcd/ca.crt\netcd/ca.key\n',
    'recorded-cas': leaf,
    'kubelet-cas': leaf,
    'pod-cas': `${leaf}end-of-bundle\n${leaf}${leaf}end-of-bundle\n`,
    'token-headers': `${Buffer.from('{"alg":"RS256","kid":"k1"}').toString('base64url')}\nno token\n`,
    clock: '1790000000123\n',
    free: '2048 /etc/kubernetes\n12 /var/lib/a b\n',
    'files-read': '/var/lib/kubelet/config.yaml\n',
    'api-status': '401',
    'missing-tools': 'openssl\n',
  })
  expect(parseNodeFacts(output)).toEqual({
    addresses: ['10.0.0.1', 'fd00::1', '172.17.0.1'],
    virtualAddresses: [],
    nodeIp: '10.0.0.9',
    routeAddress: '10.0.0.1',
    kubeletUser: 'system:node:master-1',
    otherPaths: [],
    kubeletFiles: ['/etc/kubernetes/providers.yaml'],
    servesApi: true,
    kubeletRoot: '/data/kubelet',
    manifestsDir: '/srv/manifests',
    clientCaFile: '/srv/ca.crt',
    rotatesCertificates: true,
    servesByRequest: true,
    kubeletServer: 'https://lb:6443',
    criSocket: 'unix:///run/crio.sock',
    etcdDataDir: '/srv/etcd',
    knownCas: [leaf.trim()],
    lacksKubeletConfig: true,
    isStopped: true,
    created: ['etcd/ca.crt', 'etcd/ca.key'],
    recordedCas: [leaf.trim()],
    kubeletCas: leaf.trim(),
    podCas: [leaf, `\n${leaf}${leaf}`],
    tokenKeyIds: ['k1'],
    clockMs: 1_790_000_000_123,
    freeKib: new Map([
      ['/etc/kubernetes', 2048],
      ['/var/lib/a b', 12],
    ]),
    missingTools: ['openssl'],
    filesRead: ['/var/lib/kubelet/config.yaml'],
  })
})

it('falls back on what kubeadm sets where a machine says nothing', () => {
  expect(parseNodeFacts('')).toEqual({
    addresses: [],
    virtualAddresses: [],
    otherPaths: [],
    kubeletFiles: [],
    servesApi: false,
    kubeletRoot: '/var/lib/kubelet',
    manifestsDir: '/etc/kubernetes/manifests',
    clientCaFile: '/etc/kubernetes/pki/ca.crt',
    rotatesCertificates: false,
    servesByRequest: false,
    knownCas: [],
    lacksKubeletConfig: false,
    isStopped: false,
    created: [],
    recordedCas: [],
    kubeletCas: '',
    podCas: [],
    tokenKeyIds: [],
    freeKib: new Map(),
    missingTools: [],
    filesRead: [],
  })
})

it('finds the data of etcd elsewhere on control planes only', async () => {
  const asked = async (role: 'control-plane' | 'worker') => {
    const node = fakeNode('m1', role, { 'read node facts': '' })
    await readNodeFacts(node, '/data/etcd', new AbortController().signal)
    return node.commands[0]?.script ?? ''
  }
  expect(await asked('control-plane')).toContain('for root in /var /srv')
  expect(await asked('worker')).not.toContain('for root in /var')
})

it('believes what kubelet was started with before its files', () => {
  const args = [
    ...['/usr/bin/kubelet', '--config=/etc/kubelet/config.yaml', '--kubeconfig=/etc/kubernetes/kubelet.conf'],
    ...[
      '--cert-dir',
      '/data/pki',
      '--root-dir=/data/kubelet',
      '--pod-manifest-path=/data/manifests',
      '--client-ca-file=/data/ca.crt',
    ],
    ...['--node-ip=10.0.0.7', '--node-ip=10.0.0.8,fd00::8', '--v=2'],
  ]
  const output = facts({
    'kubelet-args': args.join('\n'),
    'kubelet-flags': 'KUBELET_EXTRA_ARGS="--node-ip=10.0.0.9"',
    'kubelet-config': 'staticPodPath: /srv/manifests\n',
  })
  expect(parseNodeFacts(output)).toMatchObject({
    otherPaths: ['--config=/etc/kubelet/config.yaml', '--cert-dir=/data/pki'],
    manifestsDir: '/data/manifests',
    clientCaFile: '/data/ca.crt',
    nodeIp: '10.0.0.8',
  })
})

it('of several files with flags the last one counts, as for kubelet', () => {
  const flags = 'KUBELET_KUBEADM_ARGS="--node-ip=10.0.0.1"\nKUBELET_EXTRA_ARGS="--node-ip=10.0.0.2"\n'
  expect(parseNodeFacts(facts({ 'kubelet-flags': flags })).nodeIp).toBe('10.0.0.2')
})

it.each([
  ['kube-vip’s, or a Service’s on kube-ipvs0', { family: 'inet', prefixlen: 32 }, true],
  ['keepalived’s in the subnet of the machine', { family: 'inet', prefixlen: 24, secondary: true }, true],
  ['kube-vip’s, IPv6', { family: 'inet6', prefixlen: 128 }, true],
  ['a /32 from a cloud’s DHCP server', { family: 'inet', prefixlen: 32, dynamic: true }, false],
  ['an ordinary one', { family: 'inet', prefixlen: 24 }, false],
  ['an ordinary one, IPv6', { family: 'inet6', prefixlen: 64 }, false],
  ['the address of the default route, though a /32', { family: 'inet', prefixlen: 32, local: '10.0.0.1' }, false],
  ['the second of --node-ip, though a /128', { family: 'inet6', prefixlen: 128, local: 'fd00::5' }, false],
])('an address is virtual or not: %s', (_, info, isVirtual) => {
  const { local = '10.0.0.9' } = info as { readonly local?: string }
  const read = parseNodeFacts(
    facts({
      addresses: JSON.stringify([{ addr_info: [{ ...info, local }] }]),
      route: '[{"prefsrc":"10.0.0.1"}]',
      'kubelet-args': 'kubelet\n--node-ip=10.0.0.1,fd00::5',
    }),
  )
  expect(read.virtualAddresses).toEqual(isVirtual ? [local] : [])
})

it.each([
  ['the arguments of a kubelet', '/usr/bin/kubelet\n--root-dir\n/data/a\n--v=2\n', '/data/a'],
  ['the last of them', '/usr/bin/kubelet\n--root-dir=/data/a\n--root-dir=/data/b/\n', '/data/b'],
  ['an environment file', 'KUBELET_EXTRA_ARGS="--v=2 --root-dir=/data/a"\n', '/data/a'],
  ['one without quotes', 'KUBELET_EXTRA_ARGS=--root-dir=/data/a\n# KUBELET_EXTRA_ARGS=--root-dir=/data/b\n', '/data/a'],
  [
    'a unit',
    'ExecStart={ path=/usr/bin/kubelet ; argv[]=/usr/bin/kubelet $A --root-dir /data/a ; pid=1 }\n',
    '/data/a',
  ],
  ['nothing of it', '/usr/bin/kubelet\n--v=2\n--root-dir-of-others=/data/a\n', ''],
])('finds the root directory in %s', async (_, input, root) => {
  const { stdout } = await runScript(localNode, 'find it', rootDirIn, { input })
  expect(stdout.trim()).toBe(root)
})
