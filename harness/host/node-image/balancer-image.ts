import { copyFile, link, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageFile } from '../package/package-files.ts'
import { docker, imageLabel, ourLabel } from './engine.ts'
import { hashInputs } from './hash-inputs.ts'
import { rootFileSystemStage } from './root-file-system.ts'
import { ensureStage, partialDirectory, stageCacheDirectory, type BuildContext } from './stage.ts'
import { versions } from './versions.ts'

const ours = 'balancer-'

// No entrypoint: kind gives the whole command, a bash loop around `envoy`.
const dockerfile = `FROM scratch
ADD balancer.tar /
COPY envoy /usr/local/bin/envoy
RUN mkdir -p /tmp /home/envoy && chmod 1777 /tmp
ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
`

/**
 * Returns the tag that kind runs in front of several control planes, after making sure that the engine has an image by it.
 * A real Envoy is left alone; else a stand-in of ours, an haproxy that reads what kind writes for Envoy, is built under that tag,
 * and rebuilt when its inputs have changed.
 */
export async function ensureBalancerImage(context: BuildContext): Promise<string> {
  const tag = versions.balancerImage
  const rootFileSystem = await rootFileSystemStage()
  const key = await hashInputs({ data: { dockerfile, base: rootFileSystem.key }, paths: ['balancer'] })
  const label = await imageLabel(tag, context)
  if (label !== undefined && (label === `${ours}${key}` || !label.startsWith(ours))) return tag

  const cache = stageCacheDirectory()
  const base = await ensureStage(rootFileSystem, cache, context)
  const work = await partialDirectory('balancer', cache)
  try {
    await link(join(base, 'balancer.tar'), join(work, 'balancer.tar'))
    await copyFile(packageFile('harness/host/node-image/balancer/envoy'), join(work, 'envoy'))
    await writeFile(join(work, 'Dockerfile'), dockerfile)
    await docker(['build', '--quiet', '--label', `${ourLabel}=${ours}${key}`, '--tag', tag, work], context)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  context.onProgress(`balancer image: ${tag} (a stand-in with haproxy)`)
  return tag
}
