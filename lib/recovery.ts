import { PreconditionError } from './engine/errors.ts'
import { librarySteps } from './recovery-steps.ts'
import { defaultOptions, type RecoveryOptions } from './engine/options.ts'
import type { Inventory, Recovery } from './engine/step.ts'

/**
 * Brings back a kubeadm cluster whose control planes lost everything under /etc/kubernetes, with new certificate
 * authorities and a new service-account key, while its containers run on.
 */
export function libraryRecovery(options: RecoveryOptions = defaultOptions): Recovery {
  return {
    id: 'library',
    title: 'New certificates for the whole cluster, etcd first, while the workloads run on',
    /** Touches no machine: the first step asks them. Rejects with PreconditionError for an inventory that contradicts itself. */
    async plan(inventory) {
      refuseContradictions(inventory)
      return librarySteps(options)
    },
  }
}

function refuseContradictions({ controlPlanes, workers }: Inventory): void {
  if (controlPlanes.length === 0) throw new PreconditionError('the inventory names no control plane')
  const machines = [...controlPlanes, ...workers]
  const twice = machines.find(({ name }, index) => machines.findIndex((other) => other.name === name) !== index)
  if (twice) throw new PreconditionError(`the inventory names ${twice.name} twice`)
  const misplaced =
    controlPlanes.find(({ role }) => role !== 'control-plane') ?? workers.find(({ role }) => role !== 'worker')
  if (misplaced) throw new PreconditionError(`${misplaced.name} is a ${misplaced.role} and listed among the others`)
}
