import { numberAt, objectAt, objectsAt } from '../engine/json.ts'
import type { Component, NodeState, StaticPodSpec } from '../model.ts'
import { bash, type Script } from '../shell/bash.ts'
import { components } from './components.ts'
import { pathOnMachine, placesOf } from './path-on-machine.ts'

/** A user other than root as whom a static pod runs, and the files that it is told to read. */
export interface RunsAs {
  readonly uid: number
  readonly gid: number
  readonly groups: readonly number[]
  readonly files: readonly string[]
}

/** To whom a file must belong, so that all who need it can read it. */
export interface FileUser {
  readonly path: string
  readonly readers: readonly RunsAs[]
  readonly owner: number
  readonly group: number
  readonly mode: '0600' | '0640'
}

type Host = Pick<NodeState, 'mirrorPodSpecs'>

/**
 * Pure: as whom a component ran, by its mirror pod; undefined where it was root, or nobody knows. kubeadm's RootlessControlPlane does
 * so (cmd/kubeadm/app/util/staticpod/utils_linux.go), and so do operators with patches.
 */
export function runsAs({ mirrorPodSpecs }: Host, component: Component): RunsAs | undefined {
  const ran = mirrorPodSpecs.get(component)
  const pod = ran?.pod ?? {}
  const spec = objectAt(pod, 'spec')
  const ofPod = objectAt(spec, 'securityContext')
  const container = objectsAt(spec, 'containers').find(({ name }) => name === component) ?? {}
  const own = objectAt(container, 'securityContext')
  const uid = numberAt(own, 'runAsUser') ?? numberAt(ofPod, 'runAsUser') ?? 0
  if (uid === 0) return undefined
  const more: unknown = ofPod['supplementalGroups']
  return {
    uid,
    gid: numberAt(own, 'runAsGroup') ?? numberAt(ofPod, 'runAsGroup') ?? 0,
    groups: [more, ofPod['fsGroup']].flat().filter((group) => typeof group === 'number'),
    files: ran ? filesOf(ran) : [],
  }
}

/** The paths that its flags name, as its machine has them. What is no file there is left alone later. */
function filesOf(ran: StaticPodSpec): readonly string[] {
  const paths = ran.command.flatMap((word) => /^--[^=]+=(\/.*)$/.exec(word)?.[1] ?? [])
  return paths.flatMap((path) => pathOnMachine(placesOf(ran), path) ?? [])
}

/**
 * Pure: the files that static pods read as another user than root. One that two of them need belongs to a group of both, as kubeadm has
 * the service-account key, or to the user of one and the group of the other.
 */
export function fileUsers(host: Host, wanted: readonly Component[] = components): readonly FileUser[] {
  const all = components.flatMap((component) => runsAs(host, component) ?? [])
  const asked = new Set(wanted.flatMap((component) => runsAs(host, component)?.files ?? []))
  return [...asked].map((path): FileUser => {
    const readers = all.filter(({ files }) => files.includes(path))
    const [one, other] = readers
    const { uid = 0, gid = 0 } = one ?? {}
    if (!other) return { path, readers, owner: uid, group: gid, mode: '0600' }
    const ofAll = groupsOf(one).find((group) => readers.every((reader) => groupsOf(reader).includes(group)))
    return ofAll === undefined
      ? { path, readers, owner: uid, group: other.gid, mode: '0640' }
      : { path, readers, owner: 0, group: ofAll, mode: '0640' }
  })
}

/** Without root's own, which opens more than the file. */
const groupsOf = (reader: RunsAs | undefined): readonly number[] =>
  reader ? [...reader.groups, reader.gid].filter((group) => group !== 0) : []

/**
 * For scripts: `unreadable PATH UID GID GROUPS` succeeds where a file is there and that user cannot read it. The kernel is asked, which
 * knows of access lists and directories too.
 */
export const unreadableFunction: Script = bash`
cannot() { ! setpriv --reuid "$1" --regid "$2" --groups "$3" --inh-caps=-all test "$4" "$5" 2>/dev/null; }
unreadable() { [ -f "$1" ] && cannot "$2" "$3" "$4" -r "$1"; }
`

/** For scripts: lets the users of static pods read their files. What they can read stays as it is. Nothing where all run as root. */
export function letRead(host: Host, wanted?: readonly Component[]): Script {
  const users = fileUsers(host, wanted)
  if (users.length === 0) return bash``
  const lines = users.flatMap(({ path, readers, owner, group, mode }) =>
    readers.map(
      (reader) => bash`
let_read ${path} ${argumentsOf(reader)} ${`${owner}:${group}`} ${mode}`,
    ),
  )
  return bash`
${unreadableFunction}
let_read() {
  local directory
  if ! unreadable "$1" $2; then return 0; fi
  directory=$(dirname "$1")
  while [ "$directory" != / ]; do
    if cannot $2 -x "$directory"; then chmod go+x "$directory"; fi
    directory=$(dirname "$directory")
  done
  if ! unreadable "$1" $2; then return 0; fi
  chown "$3" "$1"
  chmod "$4" "$1"
}
${{ text: lines.map(({ text }) => text).join('') }}
`
}

/** As `unreadable` takes them, in one word. */
export const argumentsOf = ({ uid, gid, groups }: RunsAs): string =>
  `${uid} ${gid} ${[...new Set([gid, ...groups])].join(',')}`
