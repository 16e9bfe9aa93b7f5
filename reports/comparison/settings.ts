import type { StoredRun } from './stored-run.ts'

/** What a run ran with, by name: what two runs must have in common for their figures to be comparable. */
function settingsOf({ drill, record }: Pick<StoredRun, 'record' | 'drill'>): ReadonlyMap<string, string> {
  const { versions, images, host, git, recovery } = record
  const options = Object.entries(recovery?.options ?? {}).map(([name, value]) => [`repair ${name}`, value] as const)
  const commit = git.commit === null ? [] : [['commit', `${git.commit}${git.dirty ? ', changed' : ''}`] as const]
  return new Map<string, string>([
    ['drill run', drill],
    ...Object.entries(versions),
    ...commit,
    ...Object.entries(images).map(([name, image]) => [`image ${name}`, image] as const),
    ['host', `${host.cores} cores, ${(host.memoryBytes / 1e9).toFixed(1)} GB, cgroup ${host.cgroup}`],
    ...(recovery === null ? [] : [['repair', recovery.id] as const]),
    ...options,
  ])
}

/** Something that is not the same in two runs; null where a run does not have it. */
export interface Change {
  readonly name: string
  readonly before: string | null
  readonly after: string | null
}

/** What differs in what two runs ran with. */
export function changesBetween(
  before: Pick<StoredRun, 'record' | 'drill'>,
  after: Pick<StoredRun, 'record' | 'drill'>,
): readonly Change[] {
  const [one, other] = [settingsOf(before), settingsOf(after)]
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((name) => {
    const change = { name, before: one.get(name) ?? null, after: other.get(name) ?? null }
    return change.before === change.after ? [] : [change]
  })
}
