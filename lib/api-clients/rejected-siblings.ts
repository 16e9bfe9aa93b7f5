import type { Pod } from '../api/pods.ts'
import type { RejectedClient } from './rejected-client.ts'

/** What was seen of a pod with credentials. */
export interface SeenClient {
  readonly pod: Pod
  /** By what itself did. */
  readonly rejected?: RejectedClient
  /** It has an open connection, or was served since kubelet last wrote its volumes. */
  readonly isAccepted: boolean
  /** Its containers were started before kubelet last wrote its volumes. */
  readonly isOlder: boolean
  /** It refused the API server's certificate when it had been given the new CA. */
  readonly refusedAfterNewCa: boolean
}

/**
 * The clients that are rejected, and those of which it is certain that they will be: a sibling, the same program of the same age, keeps
 * the CA that it read at its start. So all kube-proxies are restarted at once, not each when it happens to ask again; until then Services
 * would lead to pods that are being restarted. Pure.
 */
export function withSiblings(clients: readonly SeenClient[]): RejectedClient[] {
  return clients.flatMap((client) => {
    const { pod, rejected } = client
    if (rejected && !rejected.isUndecided) return [rejected]
    const sibling = mayKeepOldCa(client) && clients.find((one) => keepsOldCa(one) && isSameProgram(one.pod, pod))
    if (sibling) return [{ pod, reason: `as its sibling ${sibling.pod.name}: ${sibling.rejected?.reason ?? ''}` }]
    return rejected ? [rejected] : []
  })
}

const mayKeepOldCa = ({ isOlder, isAccepted }: SeenClient) => isOlder && !isAccepted

const keepsOldCa = (client: SeenClient) =>
  mayKeepOldCa(client) && client.refusedAfterNewCa && client.rejected !== undefined

/** Of the same controller and, where that has several versions at a time (a DaemonSet), of the same version. */
const isSameProgram = (one: Pod, other: Pod): boolean =>
  one.owner !== undefined && one.owner === other.owner && one.revision === other.revision
