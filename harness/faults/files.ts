import type { Loss } from '../model/scenario.ts'
import { proofBy, type ProofPart } from './prove.ts'
import { everyMachine, machinesOn, type Selection } from './selection.ts'

export interface LostFiles {
  /** What a right repair must replace because of it. */
  readonly replaces: Loss['replaces']
  /** What must be seen before the loss counts as proved. */
  readonly proof: readonly ProofPart[]
}

/** Paths and everything below them are gone on the machines at once. Rejects with CommandError when a machine refuses. */
export function files(path: string | readonly string[], on: Selection, { replaces, proof }: LostFiles): Loss {
  const paths = [path].flat()
  return {
    id: `files:${paths.join(',')}`,
    title: `rm -rf ${paths.join(' ')} on ${everyMachine(on)}`,
    provedBy: proof.map(({ title }) => title),
    replaces,
    supports: () => ({ ok: true }),
    async inject({ cluster, journal, signal }) {
      await Promise.all(
        machinesOn(cluster, on).map(async (machine) => {
          await machine.exec(['rm', '-rf', ...paths], { timeoutMs: 30_000, signal })
          for (const each of paths) journal.append({ type: 'fault.files-removed', node: machine.name, path: each })
        }),
      )
    },
    prove: (context) => proofBy(proof, context),
  }
}
