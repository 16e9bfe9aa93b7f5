import { hostCommand } from '../process/host-command.ts'
import { versions } from '../node-image/versions.ts'

/** The published image of the Kubernetes version that ours has too. */
export const officialNodeImage = `kindest/node:v${versions.defaultKubernetes}`

/** Has the engine this image? False too where no engine answers. */
export async function imageExists(ref: string, signal?: AbortSignal): Promise<boolean> {
  const { exitCode } = await hostCommand(['docker', 'image', 'inspect', '--format', '{{.Id}}', ref], {
    timeoutMs: 10_000,
    ...(signal ? { signal } : {}),
  })
  return exitCode === 0
}
