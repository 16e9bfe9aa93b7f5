import type { RecoveryOptions } from '../engine/options.ts'
import { flagOf } from '../engine/flag-of.ts'

/** Flags of kube-controller-manager by which it signs, each without its ending `-key-file`. */
const signing = [
  'cluster-signing',
  'cluster-signing-kubelet-client',
  'cluster-signing-kubelet-serving',
  'cluster-signing-kube-apiserver-client',
  'cluster-signing-legacy-unknown',
]

/** The controller that signs, by its name and by the one that it had before Kubernetes 1.28. */
const signers = ['certificatesigningrequest-signing-controller', 'csrsigning']

/** The keys that a controller manager must have to start: it ends when one of them cannot be read. */
export function signingKeys(command: readonly string[]): readonly string[] {
  const controllers = flagOf(command, 'controllers')?.split(',') ?? ['*']
  const runs = (name: string) => controllers.includes('*') || controllers.includes(name)
  if (!signers.some(runs) || signers.some((name) => controllers.includes(`-${name}`))) return []
  return signing.flatMap((name) => flagOf(command, `${name}-key-file`) || [])
}

/**
 * Whether somebody outside of the cluster signs, as in kubeadm's external CA mode: the operator says so, or every controller manager
 * that is known signs nothing (kubeadm leaves its flags empty then: cmd/kubeadm/app/phases/controlplane/manifests.go).
 * @param commands of the controller managers, as they run or ran; none where nobody knows
 */
export function isExternal(
  commands: readonly (readonly string[])[],
  externalCa: RecoveryOptions['externalCa'],
): boolean {
  if (externalCa !== 'detect') return externalCa === 'yes'
  return commands.length > 0 && commands.every((command) => signingKeys(command).length === 0)
}
