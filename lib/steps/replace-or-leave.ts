import { writeRawFunction } from '../api/kube-api.ts'
import type { RecoveryContext } from '../engine/step.ts'
import type { ClusterState, Json } from '../model.ts'
import { bash, runScript } from '../shell/bash.ts'
import { writeOrLeave } from './write-or-leave.ts'

export interface Replacement {
  /** Such as `ConfigMap kube-public/cluster-info`. */
  readonly object: string
  /** Of the command. */
  readonly title: string
  /** Of the object in the API. */
  readonly path: string
  /** What is to be there, by what was read before. */
  readonly renewed: Json | undefined
  /** The same by what is there now: somebody else may have written meanwhile. Undefined where nothing is to be done any more. */
  readonly renewAgain: () => Promise<Json | undefined>
}

/** Replaces an object that holds no secret, as `writeOrLeave` writes. */
export function replaceOrLeave(
  cluster: ClusterState,
  context: Pick<RecoveryContext, 'emit' | 'signal'>,
  { object, title, path, renewed, renewAgain }: Replacement,
): Promise<boolean> {
  const script = bash`
${writeRawFunction(cluster.first, cluster)}
write_raw replace ${path}
`
  let next = renewed
  return writeOrLeave(cluster, context, object, async () => {
    const known = next ?? (await renewAgain())
    next = undefined
    if (!known) return
    const { signal } = context
    await runScript(cluster.first.node, title, script, { public: true, signal, input: JSON.stringify(known) })
  })
}
