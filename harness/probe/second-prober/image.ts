import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { docker, hasImage, ourLabel } from '../../host/node-image/engine.ts'
import { goBuild, goFlags, goLinkerFlags } from '../../host/node-image/go-build.ts'
import { hashInputs } from '../../host/node-image/hash-inputs.ts'
import type { BuildContext } from '../../host/node-image/stage.ts'
import { packageFile, packageRoot } from '../../host/package/package-files.ts'

const sources = 'harness/probe/second-prober/go'
/** As Go names it, by its module. */
const program = 'second-prober'

const dockerfile = `FROM scratch
COPY ${program} /${program}
ENTRYPOINT ["/${program}"]
`
const flags = ['-mod=readonly', ...goFlags, `-ldflags=${goLinkerFlags}`]
/** Linked statically: the image holds nothing else. */
const env = { CGO_ENABLED: '0' }

/** The image of the second prober: `drill.local/second-prober:<12 hex digits of all that goes into it>`. */
export async function secondProberImageRef(): Promise<string> {
  const data = { dockerfile, flags, env, architecture: process.arch }
  return `drill.local/second-prober:${await hashInputs({ data, paths: [sources] }, packageRoot)}`
}

/**
 * Builds the image unless the engine has it, and returns its reference: seconds, with Go's standard library alone. It is an image of
 * its own, so that neither the workload image nor the node image changes with it. Rejects when no engine answers or the build fails.
 */
export async function ensureSecondProberImage(context: BuildContext): Promise<string> {
  const reference = await secondProberImageRef()
  if (await hasImage(reference, context)) return reference
  const work = await mkdtemp(join(tmpdir(), 'drill-second-prober-'))
  try {
    await goBuild({ module: packageFile(sources), packages: ['.'], flags, env }, work, context)
    await writeFile(join(work, 'Dockerfile'), dockerfile)
    await docker(['build', '--quiet', '--label', `${ourLabel}=second-prober`, '--tag', reference, work], context)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  context.onProgress(`second prober: built ${reference}`)
  return reference
}
