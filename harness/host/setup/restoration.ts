import { quote } from '../../../lib/shell/bash.ts'
import type { HostChange } from './host-change-log.ts'

/** The state of what was changed on the machine, now. */
export interface HostState {
  readonly sysctls: ReadonlyMap<string, string>
  /** Content by path; a file that does not exist is not in it. */
  readonly files: ReadonlyMap<string, string>
  /** Recorded engines that are still the same process, by pid. */
  readonly liveEngines: ReadonlySet<number>
  /** Containers that run on the engine now. */
  readonly runningContainers: number
}

/** What becomes of one recorded change. */
export interface Restoration {
  readonly change: HostChange
  /** One line for people. */
  readonly say: string
  /** Shell, as root; undefined where nothing is to be done. */
  readonly script?: string
  /** The entry leaves the record (after the script succeeded). */
  readonly forget: boolean
}

const order: Readonly<Record<HostChange['kind'], number>> = { engine: 0, file: 1, 'group-member': 2, sysctl: 3 }

/**
 * Pure: how to restore everything, last change first. What was changed since by others stays as it is. While containers run, the engine that drill
 * started stays, and with it what containers need: its configuration, its runtime and the forwarding of packets.
 */
export function restorationsOf(changes: readonly HostChange[], state: HostState): readonly Restoration[] {
  return changes
    .toReversed()
    .toSorted((a, b) => order[a.kind] - order[b.kind])
    .map((change) => restorationOf(change, state))
}

function restorationOf(change: HostChange, state: HostState): Restoration {
  switch (change.kind) {
    case 'engine':
      return engineRestoration(change, state)
    case 'file':
      return fileRestoration(change, state)
    case 'group-member': {
      const { user, group } = change
      return {
        change,
        say: `${user} is removed from the group ${group}`,
        script: `gpasswd --delete ${quote(user)} ${quote(group)}`,
        forget: true,
      }
    }
    case 'sysctl':
      return sysctlRestoration(change, state)
  }
}

function engineRestoration(change: HostChange & { kind: 'engine' }, state: HostState): Restoration {
  if (!state.liveEngines.has(change.pid))
    return { change, say: 'the engine that drill started is not running', forget: true }
  if (state.runningContainers > 0) return { change, say: `the engine stays: ${containers(state)} on it`, forget: false }
  // Where no first process collects the dead, a dockerd that has ended stays as a zombie.
  const ended = `case "$(cat /proc/${change.pid}/stat 2>/dev/null)" in '' | *') Z '*) exit 0 ;; esac`
  const script = `kill ${change.pid} 2>/dev/null || :; for i in $(seq 150); do ${ended}; sleep 0.2; done; echo 'dockerd did not end within 30 s'; exit 1`
  return {
    change,
    say: 'the engine that drill started is stopped; its packages, images and firewall rules stay',
    script,
    forget: true,
  }
}

function fileRestoration(change: HostChange & { kind: 'file' }, state: HostState): Restoration {
  const { path, before, after } = change
  const now = state.files.get(path) ?? null
  if (now === before) return { change, say: `${path} is unchanged`, forget: true }
  // The kernel's own: gone with what it described.
  if (now === null && path.startsWith('/sys/')) return { change, say: `${path} is gone`, forget: true }
  if (now !== after) return { change, say: `${path} stays: something else changed it since`, forget: false }
  if (state.runningContainers > 0) return { change, say: `${path} stays: ${containers(state)} with it`, forget: false }
  const script = before === null ? `rm -f ${quote(path)}` : `printf %s ${quote(before)} > ${quote(path)}`
  return {
    change,
    say: before === null ? `${path} is removed` : `${path} is restored`,
    script: `${script}; ${reload}`,
    forget: true,
  }
}

/** An engine that keeps running reloads its configuration. */
const reload =
  '[ "$(cat /proc/$(cat /var/run/docker.pid)/comm 2>/dev/null)" != dockerd ] || kill -HUP "$(cat /var/run/docker.pid)"'

function sysctlRestoration(change: HostChange & { kind: 'sysctl' }, state: HostState): Restoration {
  const { key, before, after } = change
  const now = state.sysctls.get(key)
  if (now === before) return { change, say: `${key} is ${before} as before`, forget: true }
  if (now === undefined || (after !== null && now !== after)) {
    return { change, say: `${key} stays ${now ?? 'absent'}: something else changed it since`, forget: false }
  }
  if (key.startsWith('net.') && state.runningContainers > 0)
    return { change, say: `${key} stays ${now}: ${containers(state)}`, forget: false }
  return {
    change,
    say: `${key} is ${before} again (was ${now})`,
    script: `printf %s ${quote(before)} > ${sysctlPath(key)}`,
    forget: true,
  }
}

const containers = (state: HostState) =>
  state.runningContainers === 1 ? '1 container runs' : `${state.runningContainers} containers run`

/** Dots separate, except that sysctl(8) writes a dot inside a name as a slash. */
export function sysctlPath(key: string): string {
  return `/proc/sys/${key.replaceAll('.', '/')}`
}
