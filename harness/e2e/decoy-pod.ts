/** A user's own pod on a control plane that carries the labels of a control plane: no repair may take it for one. */
export const decoyPod = 'etcd-of-mine'

const namespace = 'drill-workload'

/** Arguments of kubectl that print its phase. */
export const decoyPhase = ['get', 'pod', decoyPod, '--namespace', namespace, '--output', 'jsonpath={.status.phase}']

export function decoyManifest(nodeName: string, image: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: decoyPod, namespace, labels: { tier: 'control-plane', component: 'etcd' } },
    spec: {
      nodeName,
      automountServiceAccountToken: false,
      tolerations: [{ operator: 'Exists' }],
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'etcd', image, imagePullPolicy: 'Never' }],
    },
  }
}
