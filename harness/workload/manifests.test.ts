import type { KubernetesObject, V1Deployment } from '@kubernetes/client-node'
import { expect, test } from 'vitest'
import { workloadObjects } from './manifests.ts'

const objects = await workloadObjects({ image: 'example.test/workload:1', replicas: 3 })
const named = (kind: string, name: string) => objects.find((one) => one.kind === kind && one.metadata?.name === name)
const deployments = objects.filter((one): one is KubernetesObject & V1Deployment => one.kind === 'Deployment')
const podOf = (deployment: V1Deployment) => deployment.spec?.template.spec

test('every object stands in the workload’s namespace, which comes first, and no placeholder is left', () => {
  expect(objects[0]).toMatchObject({ kind: 'Namespace', metadata: { name: 'drill-workload' } })
  expect(new Set(objects.slice(1).map((one) => one.metadata?.namespace))).toEqual(new Set(['drill-workload']))
  expect(JSON.stringify(objects)).not.toMatch(/DRILL_/)
})

test('pods run the given image, never on a control plane, and are never throttled', () => {
  expect(deployments.map(({ metadata }) => metadata?.name)).toEqual(['echo', 'api-client', 'canary'])
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

test('echo and the canary stand on every worker, and the canary goes 30 s after its node', () => {
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
      tolerationSeconds: 30,
    })),
  )
})

test('the legacy token belongs to an account that exists', () => {
  expect(named('Secret', 'legacy-token')).toMatchObject({
    type: 'kubernetes.io/service-account-token',
    metadata: { annotations: { 'kubernetes.io/service-account.name': 'legacy' } },
  })
  expect(named('ServiceAccount', 'legacy')).toBeDefined()
})
