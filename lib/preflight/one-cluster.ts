import { PreconditionError } from '../engine/errors.ts'
import { fingerprint } from '../pki/pem.ts'

export interface KnownCas {
  readonly name: string
  /** CAs (PEM) that the machine knows or knew. */
  readonly knownCas: readonly string[]
}

/**
 * Throws PreconditionError when the machines belong to different clusters. Those of one cluster share a CA that they
 * know or knew, directly or through another machine: after an interrupted repair some know the old one and some the new.
 */
export function refuseOtherClusters(machines: readonly KnownCas[]): void {
  const groups: { names: string[]; prints: Set<string> }[] = []
  for (const { name, knownCas } of machines) {
    const prints = new Set(knownCas.flatMap((pem) => fingerprint(pem) ?? []))
    if (prints.size === 0) continue
    const joined = groups.filter((group) => [...prints].some((print) => group.prints.has(print)))
    for (const group of joined) groups.splice(groups.indexOf(group), 1)
    groups.push({
      names: [...joined.flatMap((group) => group.names), name],
      prints: new Set([...joined.flatMap((group) => [...group.prints]), ...prints]),
    })
  }
  const [largest, ...others] = groups.sort((one, other) => other.names.length - one.names.length)
  if (!largest || others.length === 0) return
  throw new PreconditionError(
    `by their CA, ${others.flatMap(({ names }) => names).join(', ')} belong to another cluster than ${largest.names.join(', ')}; ` +
      'nothing was changed: correct the inventory',
    { reason: 'other-cluster' },
  )
}
