import type { Loss } from '../model/scenario.ts'
import { proofBy, type ProofPart } from './prove.ts'
import { everyMachine, machinesOn, type Selection } from './selection.ts'

export interface LostFiles {
  /** What a right repair must replace because of it. */
  readonly replaces: Loss['replaces']
  /** What must be seen before the loss counts as proved. */
  readonly proof: readonly ProofPart[]
}

/** A path and everything below it is gone on the machines at once. Rejects with CommandError when a machine refuses. */
export function files(path: string, on: Selection, { replaces, proof }: LostFiles): Loss {
  return {
    id: `files:${path}`,
    title: `rm -rf ${path} on ${everyMachine(on)}`,
    provedBy: proof.map(({ title }) => title),
    replaces,
    supports: () => ({ ok: true }),
    async inject({ cluster, journal, signal }) {
      await Promise.all(
        machinesOn(cluster, on).map(async (machine) => {
          await machine.exec(['rm', '-rf', path], { timeoutMs: 30_000, signal })
          journal.append({ type: 'fault.files-removed', node: machine.name, path })
        }),
      )
    },
    prove: (context) => proofBy(proof, context),
  }
}
