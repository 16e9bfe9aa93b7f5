import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { kubernetesRelease, versions } from './versions.ts'

const goMod = (module: string) => readFileSync(join(import.meta.dirname, 'go', module, 'go.mod'), 'utf8')

function requiredVersion(module: string, dependency: string): string | undefined {
  const lines = goMod(module).split('\n')
  const found = lines
    .map((line) =>
      line
        .replace(/^require/, '')
        .trim()
        .split(' '),
    )
    .find(([name]) => name === dependency)
  return found?.[1]
}

test.each([
  ['etcd', 'go.etcd.io/etcd/server/v3', versions.etcd],
  ['etcd', 'go.etcd.io/etcd/etcdctl/v3', versions.etcd],
  ['etcd', 'go.etcd.io/etcd/etcdutl/v3', versions.etcd],
  ['coredns', 'github.com/coredns/coredns', versions.coredns],
  ['crictl', 'sigs.k8s.io/cri-tools', versions.crictl],
  ['containerd', 'github.com/containerd/containerd/v2', versions.containerd],
  ['runc', 'github.com/opencontainers/runc', versions.runc],
  ['cni', 'github.com/containernetworking/plugins', versions.cniPlugins],
])('go/%s requires %s as versions.ts has it', (module, dependency, version) => {
  expect(requiredVersion(module, dependency)).toBe(`v${version}`)
})

test.each(versions.kubernetesReleases)('go/$moduleDirectory is Kubernetes $version in all its parts', (release) => {
  const { moduleDirectory, version } = release
  expect(requiredVersion(moduleDirectory, 'k8s.io/kubernetes')).toBe(`v${version}`)
  const staging = version.replace(/^1\./, '0.')
  const replaced = [...goMod(moduleDirectory).matchAll(/^\s*(?:replace )?(k8s\.io\/\S+) => k8s\.io\/\S+ v(\S+)$/gm)]
  expect(replaced.length).toBeGreaterThan(20)
  expect(replaced.filter(([, , at]) => at !== staging).map(([line]) => line)).toEqual([])
})

test('an unknown release is refused with the ones there are', () => {
  expect(kubernetesRelease(versions.defaultKubernetes).version).toBe(versions.defaultKubernetes)
  expect(() => kubernetesRelease('1.2.3')).toThrow(
    'no node image can be built for Kubernetes 1.2.3; versions.ts has 1.36.4',
  )
})

test.each([
  ['coredns', 'kubernetes'],
  ['crictl', 'kubernetes'],
  ['etcd', 'containerd'],
])('go/%s and go/%s share what both compile: the Go project’s modules, protobuf and Kubernetes’ own', (one, other) => {
  const shared =
    /^(golang\.org\/x\/|google\.golang\.org\/(protobuf|genproto)|k8s\.io\/(api|apimachinery|client-go|utils)$)/
  const names = [...goMod(one).matchAll(/^\t(\S+) v\S+/gm)].map(([, name = '']) => name)
  const common = names.filter((name) => shared.test(name) && requiredVersion(other, name) !== undefined)
  expect(common.length).toBeGreaterThan(5)
  expect(common.filter((name) => requiredVersion(one, name) !== requiredVersion(other, name))).toEqual([])
})
