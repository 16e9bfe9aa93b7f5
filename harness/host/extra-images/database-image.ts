import { link, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { docker, hasImage, ourLabel } from '../node-image/engine.ts'
import { hashInputs } from '../node-image/hash-inputs.ts'
import { debianStage } from '../node-image/root-file-system.ts'
import { ensureStage, partialDirectory, type Stage, stageCacheDirectory } from '../node-image/stage.ts'
import type { ExtraImages } from './extra-image.ts'

/** Debian 12 with its PostgreSQL 15. */
const suite = 'bookworm'
const postgres = { packages: ['postgresql-15'], programs: '/usr/lib/postgresql/15/bin' }

const dockerfile = `FROM scratch
ADD database.tar /
ENV PATH=${postgres.programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
# Fast shutdown: sessions are ended, and all that was committed is on disk.
STOPSIGNAL SIGINT
CMD ["sleep", "infinity"]
`

const stage = (): Promise<Stage> =>
  debianStage({
    id: 'database',
    title: `PostgreSQL 15 (Debian ${suite})`,
    script: 'harness/host/extra-images/make-database.sh',
    suite,
    packages: postgres.packages,
  })

async function imageRef(): Promise<string> {
  const { key } = await stage()
  return `drill.local/database:${await hashInputs({ data: { dockerfile, key } })}`
}

/** PostgreSQL with its programs, psql and a shell, from Debian's packages: `drill.local/database:<12 hexadecimal digits>`. */
export const databaseImages: ExtraImages = {
  title: 'the database image (PostgreSQL from Debian packages, some 3 minutes on 2 cores the first time)',
  why: 'drill run --workload database runs it',
  needsGo: false,
  refs: async () => [await imageRef()],
  async ensure(context) {
    const ref = await imageRef()
    if (await hasImage(ref, context)) return
    const cache = stageCacheDirectory()
    const base = await ensureStage(await stage(), cache, context)
    const work = await partialDirectory('database-image', cache)
    try {
      await link(join(base, 'database.tar'), join(work, 'database.tar'))
      await writeFile(join(work, 'Dockerfile'), dockerfile)
      await docker(['build', '--quiet', '--label', `${ourLabel}=database`, '--tag', ref, work], context)
    } finally {
      await rm(work, { recursive: true, force: true })
    }
    context.onProgress(`database image: ${ref}`)
  },
}
