import type { Loss } from '../model/scenario.ts'
import { editManifest, editsAsLoss, everyControlPlane, everyPodReady, kube, type Edit } from './edits.ts'
import type { Patience } from './observe-machines.ts'

const key = '/etc/kubernetes/pki/ca.key'

const away: Edit = {
  title: `${key} is moved off the machines`,
  on: everyControlPlane,
  script: `rm ${key}`,
  missing: `ls ${key} 2>/dev/null || true`,
}

/** As kubeadm writes them in its external CA mode (cmd/kubeadm/app/phases/controlplane/manifests.go). */
const signsNothing: Edit = {
  title: 'no controller manager signs',
  on: everyControlPlane,
  script: editManifest('kube-controller-manager', `-E 's/(--cluster-signing-(cert|key)-file=).*/\\1/'`),
  // By the command of its process: an argument ends with a byte 0.
  missing: `pid=$(pgrep -x kube-controller) || { echo 'it does not run'; exit; }
tr '\\0' '\\n' < "/proc/$pid/cmdline" | grep -qx -- '--cluster-signing-key-file=' || echo 'it has a key to sign with'
${kube}; kube get pod --namespace kube-system "kube-controller-manager-$(hostname)" --output yaml | grep -qE -- '--cluster-signing-key-file=$' || echo 'the pod does not have it yet'`,
}

/** The key of the cluster's CA gone from every control plane, while the controller managers that run have it in memory. */
export const caKeyAway = (patience?: Patience): Loss => editsAsLoss('ca-key-away', [away], { patience })

/** A cluster whose certificates somebody outside signs: no key of its CA on any machine, and no controller manager that signs. */
export const externalCaMode = (patience?: Patience): Loss =>
  editsAsLoss('external-ca-mode', [away, signsNothing, everyPodReady], { patience })
