import type { Loss } from '../model/scenario.ts'
import { editApiServer, editManifest, editsAsLoss, everyControlPlane, everyPodReady, kube, type Edit } from './edits.ts'
import type { Patience } from './observe-machines.ts'

/** The edit is in force when the mirror pod has it: a lost manifest can be known by nothing else. */
const mirrored = (component: string, word: string) =>
  `${kube}; kube get pod --namespace kube-system "${component}-$(hostname)" --output yaml | grep -q -- ${word} || echo 'the pod does not have it yet'`

const edits: readonly Edit[] = [
  {
    title: 'manifests as an earlier repair may have left them prepared',
    on: everyControlPlane,
    script: `mkdir -p -m 0700 /var/lib/drill-recovery/manifests; cp /etc/kubernetes/manifests/*.yaml /var/lib/drill-recovery/manifests/`,
    missing: `ls /var/lib/drill-recovery/manifests/etcd.yaml > /dev/null 2>&1 || echo 'they are not there'`,
  },
  {
    title: 'a flag of the API server, and a sidecar before it',
    on: everyControlPlane,
    script: editApiServer,
    missing: mirrored('kube-apiserver', '--max-requests-inflight=401'),
  },
  {
    title: 'a label of the controller manager, and a variable from a field of its pod',
    on: everyControlPlane,
    script: editManifest(
      'kube-controller-manager',
      `-e 's/^    component: kube-controller-manager$/&\\n    operators: label/' \\
  -e 's/^    name: kube-controller-manager$/&\\n    env:\\n    - name: OPERATORS_ADDRESS\\n      valueFrom:\\n        fieldRef:\\n          apiVersion: v1\\n          fieldPath: status.podIP/'`,
    ),
    missing: mirrored('kube-controller-manager', 'OPERATORS_ADDRESS'),
  },
  {
    title: 'a host alias of the scheduler, and a slower probe',
    on: everyControlPlane,
    script: editManifest(
      'kube-scheduler',
      `-e 's/^  hostNetwork: true$/  hostAliases:\\n  - hostnames:\\n    - operators.example\\n    ip: 192.0.2.9\\n&/' -e 's/failureThreshold: 8/failureThreshold: 9/'`,
    ),
    missing: mirrored('kube-scheduler', 'operators.example'),
  },
  {
    title: 'a variable of etcd',
    on: everyControlPlane,
    script: editManifest('etcd', `'s/^    name: etcd$/&\\n    env:\\n    - name: GOGC\\n      value: "80"/'`),
    missing: mirrored('etcd', 'GOGC'),
  },
  everyPodReady,
]

/** What operators write into the manifests of a control plane by hand, where no kubeadm knows of it. */
export const manifestEdits = (patience?: Patience): Loss => editsAsLoss('manifest-edits', edits, { patience })
