import { hostCommand } from '../process/host-command.ts'
import { versions } from '../node-image/versions.ts'

/** Of the node image in kind 0.33.0's release notes, which ask to use it with its digest: tags are built again. */
const digest = 'sha256:099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed'

/** The published image of the Kubernetes version that ours has too. */
export const officialNodeImage = `kindest/node:v${versions.defaultKubernetes}@${digest}`

/** Has the engine this image? False too where no engine answers. */
export async function imageExists(ref: string, signal?: AbortSignal): Promise<boolean> {
  const { exitCode } = await hostCommand(['docker', 'image', 'inspect', '--format', '{{.Id}}', ref], {
    timeoutMs: 10_000,
    ...(signal ? { signal } : {}),
  })
  return exitCode === 0
}
