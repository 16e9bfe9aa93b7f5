import type { Check } from '../../model/check.ts'
import { counted } from '../../model/format.ts'
import { evidencePairOf } from '../../observe/evidence-of.ts'
import { conclude } from '../conclude.ts'
import { collectSaKeys, type SaKeys, saKeysSchema } from './collect.ts'

const check = { id: 'sa-keys-loaded', title: 'Every API server has loaded the service-account keys' }

type Plane = SaKeys['planes'][number]

/**
 * By the keys that each API server says it verifies by, beside those on its disk: the same ones, the signing key among them; another
 * signing key than before exactly where it was lost; and the old one still where its tokens are to be accepted for a while, else not.
 */
export const saKeysLoaded: Check = {
  ...check,
  collect: {
    baseline: (context) => collectSaKeys(context, 'baseline'),
    settled: (context) => collectSaKeys(context, 'settled'),
  },
  judge(run) {
    const seen = evidencePairOf(run, 'sa-keys', saKeysSchema)
    if (!seen.ok) return conclude(check, { failures: [], unknowns: seen.unknowns, claim: '' })
    const { before, after } = seen
    const { replaces, stillAccepted, topology } = run.record
    const [isLost, isAccepted] = [replaces.includes('sa-key'), stillAccepted.includes('sa-key')]
    const old = new Set(before.planes.flatMap(({ loaded }) => loaded ?? []))
    const signing = new Set(after.planes.flatMap((plane) => plane.signing ?? []))
    return conclude(check, {
      failures: [
        ...(signing.size > 1 ? ['the control planes have different signing keys'] : []),
        ...after.planes.flatMap((plane) => [
          ...diskFailures(plane, old, isLost),
          ...loadedFailures(plane),
          ...oldFailures(plane, old, isLost, isAccepted),
        ]),
      ],
      unknowns: [
        ...(after.planes.length === topology.controlPlanes
          ? []
          : [`${after.planes.length} of ${counted(topology.controlPlanes, 'control plane')} seen`]),
        ...before.planes.flatMap(({ node, loaded }) =>
          loaded ? [] : [`${node}: the API server did not say its keys before`],
        ),
        ...(old.size === 0 ? ['the old keys are not known'] : []),
      ],
      claim: `${counted(after.planes.length, 'API server')} verify by the ${isLost ? 'new' : 'same'} key ${short([...signing][0])}${isAccepted ? ' and by the old one' : ''}, as on disk`,
      facts: after.planes.map(
        ({ node, published, loaded }) =>
          `${node}: sa.pub has ${published.map(short).join(', ') || 'nothing'}, loaded ${loaded?.map(short).join(', ') ?? 'unknown'}`,
      ),
    })
  },
}

const short = (keyId: string | undefined) => keyId?.slice(0, 8) ?? 'none'

function diskFailures({ node, signing, published }: Plane, old: ReadonlySet<string>, isLost: boolean) {
  if (signing === null) return [`${node}: sa.key is missing or damaged`]
  return [
    ...(published[0] === signing ? [] : [`${node}: sa.pub does not begin with the public half of sa.key`]),
    ...(isLost && old.has(signing) ? [`${node}: sa.key is still the old one`] : []),
    ...(!isLost && !old.has(signing) ? [`${node}: sa.key was replaced, though it was not lost`] : []),
  ]
}

function loadedFailures({ node, published, loaded }: Plane): readonly string[] {
  if (loaded === null) return [`${node}: the API server does not say which keys it has loaded`]
  const [disk, memory] = [published, loaded].map((keys) => [...new Set(keys)].sort().join(' '))
  return disk === memory
    ? []
    : [
        `${node}: the API server has loaded ${loaded.map(short).join(', ')}, sa.pub has ${published.map(short).join(', ')}`,
      ]
}

function oldFailures({ node, loaded }: Plane, old: ReadonlySet<string>, isLost: boolean, isAccepted: boolean) {
  if (!isLost || loaded === null) return []
  const kept = [...old].filter((keyId) => loaded.includes(keyId))
  if (isAccepted) return kept.length === old.size ? [] : [`${node}: tokens of the old key are not accepted any more`]
  return kept.length === 0 ? [] : [`${node}: tokens of the old key are still accepted`]
}
