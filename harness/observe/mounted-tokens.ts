import type { Machine } from '../model/cluster.ts'

/** A token in a pod's volume. In memory only: whoever stores something of it takes the claims. */
export interface MountedToken {
  readonly node: string
  readonly podUid: string
  readonly volume: string
  readonly token: string
}

/**
 * Projected volumes only; the legacy kind of Secret is read from the API. They are mounts, wherever kubelet has its root directory.
 */
const script =
  '$2 ~ "/volumes/kubernetes.io~projected/" { file = $2 "/token"; if ((getline token < file) > 0) print file, token; close(file) }'

/** Every service-account token that pods of this machine see now, in one command. Rejects with CommandError. */
export async function mountedTokens(machine: Machine, signal: AbortSignal): Promise<readonly MountedToken[]> {
  const { stdout } = await machine.exec(['awk', script, '/proc/mounts'], { timeoutMs: 20_000, signal })
  return mountedTokensOf(machine.name, stdout)
}

/** Parses lines of `<path> <token>`. */
export function mountedTokensOf(node: string, lines: string): readonly MountedToken[] {
  return lines.split('\n').flatMap((line) => {
    const [path = '', token = ''] = line.trim().split(' ')
    const [, podUid, volume] = /\/pods\/([^/]+)\/volumes\/kubernetes\.io~projected\/([^/]+)\/token$/.exec(path) ?? []
    return podUid === undefined || volume === undefined ? [] : [{ node, podUid, volume, token }]
  })
}
