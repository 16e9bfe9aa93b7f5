import type { KubernetesObject, V1Deployment } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { plantedSecrets } from '../model/planted-secrets.ts'
import { aggregatedApiHost, webWorkload } from './manifests.ts'

const serving = { cert: 'the certificate', key: 'the key' }
const { deploy, probe } = await webWorkload({ image: 'example.test/workload:1', replicas: 3, serving })
const objects = deploy.flatMap((step) => step.objects)
const named = (kind: string, name: string) => objects.find((one) => one.kind === kind && one.metadata?.name === name)
const deployments = objects.filter((one): one is KubernetesObject & V1Deployment => one.kind === 'Deployment')
const podOf = (deployment: V1Deployment) => deployment.spec?.template.spec

const base64 = (text: string) => Buffer.from(text).toString('base64')

test('every object is in the workload’s namespace, which comes first, but for two of the extension API, and no placeholder is left', () => {
  expect(objects[0]).toMatchObject({ kind: 'Namespace', metadata: { name: 'drill-workload' } })
  const elsewhere = objects.slice(1).filter((one) => one.metadata?.namespace !== 'drill-workload')
  expect(elsewhere.map(({ kind, metadata }) => [kind, metadata?.namespace])).toEqual([
    ['RoleBinding', 'kube-system'],
    ['APIService', undefined],
  ])
  expect(JSON.stringify(objects)).not.toMatch(/DRILL_/)
})

test('pods run the given image, never on a control plane, and are never throttled', () => {
  expect(deployments.map(({ metadata }) => metadata?.name)).toEqual([
    'echo',
    'api-client',
    'api-client-once',
    'canary',
    'aggregated-api',
  ])
  for (const deployment of deployments) {
    const pod = podOf(deployment)
    expect(pod?.containers).toMatchObject([{ image: 'example.test/workload:1', imagePullPolicy: 'IfNotPresent' }])
    expect(pod?.containers[0]?.resources?.limits).toBeUndefined()
    expect(JSON.stringify(pod?.affinity)).toContain(
      '{"key":"node-role.kubernetes.io/control-plane","operator":"DoesNotExist"}',
    )
    expect(pod?.automountServiceAccountToken).toBeUndefined()
    expect(JSON.stringify(pod?.tolerations ?? [])).not.toContain('control-plane')
  }
})

test('a selector and its Service find the pods that they mean', () => {
  for (const { spec } of deployments)
    expect(spec?.template.metadata?.labels).toMatchObject(spec?.selector.matchLabels ?? {})
  for (const name of ['echo', 'echo-nodeport'])
    expect(named('Service', name)).toMatchObject({ spec: { selector: { app: 'echo' } } })
  expect(named('Service', 'echo-nodeport')).toMatchObject({ spec: { type: 'NodePort', ports: [{ nodePort: 30080 }] } })
})

test('echo and the canary run on every worker, and the canary is evicted 5 s after its node is lost', () => {
  for (const name of ['echo', 'canary']) {
    expect(named('Deployment', name)).toMatchObject({
      spec: {
        replicas: 3,
        template: { spec: { topologySpreadConstraints: [{ maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }] } },
      },
    })
  }
  expect(podOf(named('Deployment', 'canary') as V1Deployment)?.tolerations).toEqual(
    ['not-ready', 'unreachable'].map((taint) => ({
      key: `node.kubernetes.io/${taint}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 5,
    })),
  )
})

test('every probe asks what there is', () => {
  for (const { to } of probe) {
    const name = 'name' in to ? to.name : 'service' in to ? to.service : 'nodePort' in to ? to.nodePort : undefined
    const ports = 'port' in to ? { ports: [{ port: to.port }] } : {}
    if (name !== undefined) expect(named('Service', name)).toMatchObject({ spec: ports })
  }
  const idsFrom = (vantage: string) => probe.filter(({ from }) => from === vantage).map(({ id }) => id)
  expect(idsFrom('worker')).toEqual([
    ...['pod', 'clusterip-new', 'clusterip-reused', 'pod-other', 'clusterip-stream', 'dns'],
  ])
  expect(idsFrom('pod')).toEqual(['in-pod-clusterip', 'in-pod-other', 'in-pod-dns'])
  expect(idsFrom('outside')).toEqual([
    ...['outside-nodeport', 'outside-nodeport-control-plane', 'outside-nodeport-reused'],
  ])
})

test('the secrets are planted that are searched for', () => {
  expect(named('Secret', 'planted')).toMatchObject({ stringData: { password: plantedSecrets.etcd } })
  expect(JSON.stringify(podOf(named('Deployment', 'api-client') as V1Deployment))).toContain(plantedSecrets.environment)
})

test('the legacy token belongs to an account that exists', () => {
  expect(named('Secret', 'legacy-token')).toMatchObject({
    type: 'kubernetes.io/service-account-token',
    metadata: { annotations: { 'kubernetes.io/service-account.name': 'legacy' } },
  })
  expect(named('ServiceAccount', 'legacy')).toBeDefined()
})

test('the API server finds the extension API server, and verifies it by the certificate that it serves', () => {
  const secret = named('Secret', 'aggregated-api-serving')
  expect(secret).toMatchObject({ data: { 'tls.crt': base64(serving.cert), 'tls.key': base64(serving.key) } })
  expect(named('APIService', 'v1.drill.example')).toMatchObject({
    spec: { caBundle: base64(serving.cert), service: { name: 'aggregated-api', namespace: 'drill-workload' } },
  })
  expect(named('Service', 'aggregated-api')).toMatchObject({ spec: { selector: { app: 'aggregated-api' } } })
  expect(aggregatedApiHost).toBe('aggregated-api.drill-workload.svc')
})
