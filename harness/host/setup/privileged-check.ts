import { hostCommand } from '../process/host-command.ts'
import { imageExists } from './image-exists.ts'

export interface PrivilegedCheck {
  readonly ok: boolean
  readonly found: string
}

/** Starts one privileged container of a local image, and removes it. Bounded in time; pulls nothing. */
export async function tryPrivileged(image: string, signal?: AbortSignal): Promise<PrivilegedCheck> {
  const name = `drill-doctor-${process.pid}`
  const options = [
    '--rm',
    '--privileged',
    '--network',
    'none',
    '--name',
    name,
    '--label',
    'drill.check=doctor',
    '--entrypoint',
    'true',
  ]
  const cancel = signal ? { signal } : {}
  const result = await hostCommand(['docker', 'run', ...options, image], { timeoutMs: 30_000, ...cancel })
  // An aborted client leaves its container; --rm has removed it in every other case.
  if (result.exitCode === -1 || result.exitCode === 124)
    await hostCommand(['docker', 'rm', '--force', name], { timeoutMs: 20_000 })
  signal?.throwIfAborted()
  return privilegedCheckOf(result)
}

/** Pure: what the client's exit means. */
export function privilegedCheckOf({
  exitCode,
  stderr,
}: {
  readonly exitCode: number
  readonly stderr: string
}): PrivilegedCheck {
  if (exitCode === 0) return { ok: true, found: 'yes' }
  // runc looks for the program after it has set the capabilities, so an image without `true` proves as much.
  if (/executable file not found|no such file or directory: unknown/i.test(stderr)) return { ok: true, found: 'yes' }
  if (exitCode === 124) return { ok: false, found: 'no answer within 30 s' }
  return { ok: false, found: (stderr.trim().split('\n')[0] ?? '').slice(0, 200) || `exit code ${exitCode}` }
}

/** Any image that is on this engine, for a check that must not bring one. */
export async function anyLocalImage(preferred: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
  for (const ref of preferred) {
    if (await imageExists(ref, signal)) return ref
  }
  const { stdout } = await hostCommand(['docker', 'image', 'ls', '--quiet'], {
    timeoutMs: 10_000,
    ...(signal ? { signal } : {}),
  })
  return stdout.split('\n').find(Boolean)
}
