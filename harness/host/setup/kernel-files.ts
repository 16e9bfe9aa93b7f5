/** Pure readings of the kernel's and the distribution's text files. */

export interface OsRelease {
  /** `debian`, `ubuntu`, … */
  readonly id: string
  /** What it derives from, `debian` for Ubuntu and Mint. */
  readonly idLike: readonly string[]
  readonly versionId: string
  readonly prettyName: string
}

/** /etc/os-release, see os-release(5): shell-like assignments, values bare or in quotes. */
export function parseOsRelease(text: string): OsRelease {
  const value = (key: string) => {
    const raw = new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
    return raw.replace(/^(["'])(.*)\1$/, '$2').replaceAll(/\\(.)/g, '$1')
  }
  return {
    id: value('ID'),
    idLike: value('ID_LIKE').split(' ').filter(Boolean),
    versionId: value('VERSION_ID'),
    prettyName: value('PRETTY_NAME') || value('ID') || 'an unknown system',
  }
}

export interface Memory {
  readonly totalMb: number
  /** What programs can get without swapping: the kernel's own estimate. */
  readonly availableMb: number
}

/** /proc/meminfo; its "kB" are KiB. Gives undefined where the kernel gives no estimate (before 3.14). */
export function parseMeminfo(text: string): Memory | undefined {
  const kib = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? NaN)
  const [total, available] = [kib('MemTotal'), kib('MemAvailable')]
  if (Number.isNaN(total) || Number.isNaN(available)) return undefined
  return { totalMb: Math.floor(total / 1024), availableMb: Math.floor(available / 1024) }
}

/** Bits as in linux/capability.h. */
export const capabilities = { CAP_SYS_ADMIN: 21n, CAP_SYS_RESOURCE: 24n } as const

/** Is the capability in the bounding set (`CapBnd`) of a /proc/<pid>/status? Undefined where the file does not say. */
export function mayHaveCapability(status: string, capability: keyof typeof capabilities): boolean | undefined {
  const mask = /^CapBnd:\s+([0-9a-f]+)$/m.exec(status)?.[1]
  return mask === undefined ? undefined : ((BigInt(`0x${mask}`) >> capabilities[capability]) & 1n) === 1n
}

/** `go version go1.26.8 linux/amd64` → `1.26.8` */
export function parseGoVersion(text: string): string | undefined {
  return /\bgo(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1]
}

/** `kind v0.33.0 go1.26.8 linux/amd64` → `0.33.0` */
export function parseKindVersion(text: string): string | undefined {
  return /\bv(\d+\.\d+\.\d+(?:-[\w.]+)?)/.exec(text)?.[1]
}
