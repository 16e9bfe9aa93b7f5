import { runCommand } from './run-command.ts'
import { hostCommand } from '../process/host-command.ts'
import type { StageContext } from './stage.ts'

/** Docker without BuildKit: Debian's and Ubuntu's docker.io packages do not have it everywhere. */
const environment = { DOCKER_BUILDKIT: '0' }

export const ourLabel = 'drill.image'

/** Runs docker and returns its standard output; throws with the end of what it said. */
export async function docker(arguments_: readonly string[], context: Pick<StageContext, 'signal'>): Promise<string> {
  return runCommand(['docker', ...arguments_], context, { env: environment })
}

/** Whether the engine has an image. Throws where no engine answers. */
export async function hasImage(reference: string, context: Pick<StageContext, 'signal'>): Promise<boolean> {
  return (await imageLabel(reference, context)) !== undefined
}

/** The value of our label on an image: an empty string where the image has none, undefined where there is no such image. */
export async function imageLabel(
  reference: string,
  context: Pick<StageContext, 'signal'>,
): Promise<string | undefined> {
  const { signal } = context
  const format = `{{ with .Config.Labels }}{{ index . "${ourLabel}" }}{{ end }}`
  const result = await hostCommand(['docker', 'image', 'inspect', '--format', format, reference], {
    timeoutMs: 20_000,
    ...(signal ? { signal } : {}),
  })
  signal?.throwIfAborted()
  if (result.exitCode === 0) return result.stdout.trim().replace('<no value>', '')
  if (/no such image/i.test(result.stderr)) return undefined
  throw new Error(`docker image inspect ${reference}: ${result.stderr.trim()}`)
}
