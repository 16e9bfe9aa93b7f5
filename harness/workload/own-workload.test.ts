import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { packageFile } from '../host/package/package-files.ts'
import { workloadDirectory } from './built-in.ts'
import { readOwnWorkload, togetherAsOne } from './own-workload.ts'

async function directory(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'drill-own-workload-'))
  onTestFinished(() => rm(root, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text, { mode: name.endsWith('.sh') ? 0o755 : 0o640 })
  }
  return root
}

const probe = '{ id: a, title: a, to: { service: a, namespace: a, port: 80 } }'
const hold = 'hold: [{ title: it runs, on: workers, script: echo yes }]'

test('reads manifests, files and scripts, with the images filled in', async () => {
  const root = await directory({
    'workload.yaml': `title: mine
deploy:
  - { title: pods, manifests: m }
  - { title: files, on: workers, files: w, script: go.sh }
restored: [/etc/mine]
probe:
  - { id: shop, title: The shop, to: { service: shop, namespace: s, port: 80 }, path: /healthz, status: 204 }
${hold}`,
    'm/20-b.yaml': 'kind: B\n---\nimage: DRILL_WORKLOAD_IMAGE\n---\nimage: DRILL_DATABASE_IMAGE\n---\n',
    'm/10-a.yaml': 'kind: A',
    'm/notes.txt': 'no manifest',
    'w/etc/mine/settings': 'program: DRILL_API_CLIENT',
    'go.sh': 'echo DRILL_WORKLOAD_IMAGE',
  })
  const words = { DRILL_DATABASE_IMAGE: 'database:1', DRILL_OTHER_IMAGE: 'other:1' }
  const { deploy, restored, probe, images, hold: holds } = await readOwnWorkload(root, 'image:1', words)
  expect(images).toEqual(['database:1'])
  expect(probe).toEqual([
    {
      ...{ id: 'shop', title: 'The shop', to: { service: 'shop', namespace: 's', port: 80 } },
      ...{ from: 'worker', path: '/healthz', connection: 'new', status: 204, identity: false },
    },
  ])
  const program = expect.stringMatching(/^program: \/drill\/harness\/workload\/api-client\.[jt]s$/) as string
  expect(deploy).toEqual([
    {
      ...{ title: 'pods', on: 'first-control-plane', files: [] },
      objects: [{ kind: 'A' }, { kind: 'B' }, { image: 'image:1' }, { image: 'database:1' }],
    },
    {
      ...{ title: 'files', on: 'workers', objects: [], script: 'echo image:1' },
      files: [{ path: '/etc/mine/settings', text: program, mode: 0o640 }],
    },
  ])
  expect(restored).toEqual(['/etc/mine'])
  expect(holds).toEqual([{ title: 'it runs', on: 'workers', script: 'echo yes' }])
})

test.each([
  ['no such file', {}],
  [
    'nothing to hold, and nothing to probe',
    { 'workload.yaml': 'title: t\ndeploy: [{ title: a, on: workers, script: s }]\nhold: []', s: '' },
  ],
  ['an unknown place', { 'workload.yaml': `title: t\ndeploy: [{ title: a, on: moon }]\n${hold}` }],
  ['an unknown word', { 'workload.yaml': `title: t\ndeploy: [{ title: a, on: workers }]\nheld: 1\n${hold}` }],
  [
    'a script that is missing',
    { 'workload.yaml': `title: t\ndeploy: [{ title: a, on: workers, script: s }]\n${hold}` },
  ],
  [
    'a manifest that is no YAML',
    { 'workload.yaml': `title: t\ndeploy: [{ title: a, manifests: m }]\n${hold}`, 'm/a.yaml': 'a: [' },
  ],
  [
    'two probes of one name',
    {
      'workload.yaml': `title: t\ndeploy: [{ title: a, on: workers }]\nprobe: [${probe}, ${probe}]`,
    },
  ],
])('refuses %s', async (_, files) => {
  await expect(readOwnWorkload(await directory(files as Record<string, string>), 'image:1')).rejects.toThrow(
    /^the workload .* cannot be used: /,
  )
})

test('reads which machines are not Ready on purpose, and the example for it', async () => {
  const { expectNotReady, deploy } = await readOwnWorkload(packageFile('examples/neighbourhood-not-ready'), 'image:1')
  expect(expectNotReady).toEqual(['last-worker'])
  expect(deploy.map(({ on }) => on)).toEqual(['first-control-plane', 'last-worker'])
})

test.each([
  ['probe: [{ id: A, title: a, to: { service: a, namespace: a, port: 80 } }]', /at probe\[0\]\.id/],
  ['probe: [{ id: a, title: a, to: { service: a, port: 80 } }]', /at probe\[0\]\.to/],
  ['hold: [{ title: a, on: workers }]', /at hold\[0\]\.script/],
])('says where %s is wrong', async (line, words) => {
  const root = await directory({ 'workload.yaml': `title: t\ndeploy: [{ title: a, on: workers }]\n${line}` })
  await expect(readOwnWorkload(root, 'image:1')).rejects.toThrow(words)
})

test('several workloads are deployed one after another', async () => {
  const [one, two] = await Promise.all(
    ['web', 'database'].map((name) => readOwnWorkload(workloadDirectory(name), 'image:1')),
  )
  if (!one || !two) throw new Error('no workloads')
  const together = togetherAsOne([one, two])
  expect(together.deploy.map(({ title }) => title)).toEqual([...one.deploy, ...two.deploy].map(({ title }) => title))
  const sick = togetherAsOne([
    one,
    { ...one, expectNotReady: ['workers'] },
    { ...two, expectNotReady: ['last-worker'] },
  ])
  expect(sick.expectNotReady).toEqual(['workers', 'last-worker'])
  expect([together.probe, together.hold]).toEqual([one.probe, two.hold])
})

test('the database has a standby, volumes on two workers, and 60 s to end; its passwords are drawn for each run', async () => {
  const words = { DRILL_DATABASE_IMAGE: 'database:1' }
  const { deploy, images } = await readOwnWorkload(workloadDirectory('database'), 'image:1', words)
  const objects = deploy.flatMap((step) => step.objects)
  const ofKind = (kind: string) => objects.filter((one) => one.kind === kind)
  expect(images).toEqual(['database:1'])
  expect(ofKind('StatefulSet')).toMatchObject([
    { spec: { replicas: 2, template: { spec: { terminationGracePeriodSeconds: 60 } } } },
  ])
  expect(ofKind('Secret')).toMatchObject([{ stringData: { writer: 'DRILL_RANDOM_WRITER' } }])
  const places = JSON.stringify(ofKind('PersistentVolume')).match(/DRILL_(FIRST|LAST)_WORKER/g)
  expect(places?.toSorted()).toEqual(['DRILL_FIRST_WORKER', 'DRILL_LAST_WORKER'])
})

test('the neighbours run an image of their own, also as the pod network, behind a webhook that fails closed and an aggregated API', async () => {
  const words = { DRILL_NEIGHBOURS_IMAGE: 'neighbours:1' }
  const {
    deploy,
    network,
    images,
    hold: holds,
  } = await readOwnWorkload(workloadDirectory('neighbours'), 'image:1', words)
  const objects = deploy.flatMap((step) => step.objects)
  expect(images).toEqual(['neighbours:1'])
  expect(network.find(({ kind }) => kind === 'DaemonSet')).toMatchObject({
    spec: { template: { spec: { hostNetwork: true, containers: [{ image: 'neighbours:1' }] } } },
  })
  expect(objects.filter(({ kind }) => kind === 'ValidatingWebhookConfiguration')).toMatchObject([
    { webhooks: [{ failurePolicy: 'Fail' }] },
  ])
  expect(objects.filter(({ kind }) => kind === 'APIService')).toMatchObject([
    { metadata: { name: 'v1beta1.metrics.k8s.io' } },
  ])
  expect(holds).toHaveLength(8)
})

test('the example is whole', async () => {
  const { deploy, hold: holds } = await readOwnWorkload(packageFile('examples/neighbourhood'), 'image:1')
  expect(deploy.flatMap(({ objects }) => objects.map(({ kind }) => kind))).toContain('DaemonSet')
  expect(deploy.flatMap(({ files }) => files.map(({ path }) => path))).toContain(
    '/etc/kubernetes/operators/admission.yaml',
  )
  expect(holds.length).toBeGreaterThan(5)
})
